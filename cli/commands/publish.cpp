// gyre publish [<folder|archive>]
#include "cli/commands/command.hpp"
#include "cli/packing.hpp"
#include "cli/workspaces.hpp"
#include "pkg/publish/document.hpp"
#include "pkg/registry/single_package.hpp"
#include "pkg/registry/url.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::string argument;
  WorkspaceChoice workspaces;
};

class Publisher {
 public:
  Publisher(Context& context, pkg::Options options)
      : context_(context),
        session_(context, std::move(options), "publish"),
        packer_(context, session_, "publish") {}

  const pkg::Options& options() const { return session_.options(); }
  Packer& packer() { return packer_; }

  // One package; its JSON goes into `report`.
  Status publish(const std::string& argument, pkg::OrderedJson& report) {
    GYRE_ASSIGN(const std::string folder, packer_.folder_of(argument));
    if (!folder.empty()) {
      // What can be told beforehand is told before scripts run.
      GYRE_TRY(check(pkg::load_manifest(folder + "/package.json")));
      GYRE_TRY(packer_.run_script(folder, "prepublishOnly"));
    }
    GYRE_ASSIGN(const Packing packing, packer_.pack(argument));
    GYRE_ASSIGN(
        const pkg::PublishSettings settings,
        pkg::publish_settings(packing.manifest, options(), session_.settings(), context_.flags));
    const bool force = options().force;
    GYRE_TRY(pkg::check_publishable(packing.manifest, settings, force));
    if (!context_.out.is_json) {
      for (const std::string& line : pkg::packed_lines(packing.package)) context_.out.note(line);
    }
    GYRE_TRY(check_login(settings));
    if (!force) GYRE_TRY(check_registry(packing.package, settings));
    const std::string access = settings.access.empty() ? "default" : settings.access;
    context_.out.note("Publishing to " + pkg::printable_url(settings.registry) + " with tag " +
                      settings.tag + " and " + access + " access" +
                      (options().dry_run ? " (dry-run)" : ""));
    if (!options().dry_run) GYRE_TRY(send(packing, settings));
    report[packing.package.name] = pkg::packed_json(packing.package);
    if (!folder.empty()) {
      GYRE_TRY(packer_.run_script(folder, "publish"));
      GYRE_TRY(packer_.run_script(folder, "postpublish"));
    }
    if (!context_.out.is_json && !context_.out.is_silent) {
      context_.out.print("+ " + packing.package.id());
    }
    return ok();
  }

 private:
  Status check(Result<pkg::Manifest> manifest) {
    if (!manifest) return std::move(manifest).error();
    GYRE_ASSIGN(const pkg::PublishSettings settings,
                pkg::publish_settings(*manifest, options(), session_.settings(), context_.flags));
    return pkg::check_publishable(*manifest, settings, options().force);
  }

  Status check_login(const pkg::PublishSettings& settings) {
    Status login = session_.require_login(settings.registry);
    if (login || !options().dry_run) return login;
    context_.out.warning({"", login.error().message() + " (dry-run)"});
    return ok();
  }

  Status check_registry(const pkg::PackedPackage& package, const pkg::PublishSettings& settings) {
    pkg::RegistryRequest request;
    request.url = settings.registry + pkg::escape_package_name(package.name);
    request.subject = "the package " + package.name;
    auto reply = session_.api().exchange(request);
    // A registry that cannot say what it has still refuses what it must.
    if (!reply || !reply->is_success()) return ok();
    return pkg::check_not_published(reply->json, package.version, settings);
  }

  Status send(const Packing& packing, const pkg::PublishSettings& settings) {
    pkg::RegistryRequest request;
    request.method = "PUT";
    request.url = settings.registry + pkg::escape_package_name(packing.package.name);
    request.subject = packing.package.id();
    request.body = pkg::publish_document(pkg::published_manifest(packing.manifest, packing.folder),
                                         packing.package, settings)
                       .dump(-1, ' ', false, pkg::OrderedJson::error_handler_t::replace);
    auto reply = session_.api().send(request);
    if (reply) return ok();
    const std::string& text = reply.error().message();
    const bool is_conflict =
        reply.error().code() == "E409" ||
        (reply.error().code() == "E403" && text.find("over the previously") != std::string::npos);
    if (!is_conflict) return std::move(reply).error();
    return Error::with_code_name("EPUBLISHCONFLICT", text)
        .with_hint("raise the version in package.json");
  }

  Context& context_;
  RegistrySession session_;
  Packer packer_;
};

Result<std::vector<std::string>> packages_of(const Parameters& parameters, Publisher& publisher) {
  const bool is_here = parameters.argument.empty() || parameters.argument == ".";
  if (!is_here) return std::vector<std::string>{parameters.argument};
  GYRE_ASSIGN(std::vector<std::string> folders,
              chosen_folders(publisher.options(), parameters.workspaces));
  if (parameters.workspaces.is_given()) publisher.packer().set_workspaces(folders);
  return folders;
}

void execute(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  Publisher publisher(context, std::move(*options));
  auto packages = packages_of(parameters, publisher);
  if (!packages) return context.fail(packages.error());
  pkg::OrderedJson report = pkg::OrderedJson::object();
  for (const std::string& package : *packages) {
    const Status published = publisher.publish(package, report);
    if (published) continue;
    const bool is_skipped =
        parameters.workspaces.is_given() && published.error().code() == "EPRIVATE";
    if (!is_skipped) return context.fail(published.error(), publisher.packer().exit_code());
    context.out.warning({"", "skipping the workspace " + package + ", marked as private"});
  }
  if (context.out.is_json) print_json(context.out, report);
}

}  // namespace

void add_publish(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("package", parameters->argument,
                 "Folder, archive, user/repo or git URL; this folder if none is given");
  add_setting_option(app, context, "--tag", "tag", "Dist-tag to set (latest)");
  add_setting_option(app, context, "--access", "access", "public or restricted");
  add_setting_flag(app, context, "--dry-run", "dry-run", "true", "Do everything but send it");
  add_setting_flag(app, context, "--provenance", "provenance", "true", "Refused: not implemented");
  add_setting_flag(app, context, "--ignore-scripts", "ignore-scripts", "true", "Run no scripts");
  add_setting_flag(app, context, "--force,-f", "force", "true",
                   "Leave out the checks against what the registry has");
  add_otp_option(app, context);
  add_workspace_options(app, parameters->workspaces);
  add_common_options(app, context);
  app.footer(
      "Examples:\n"
      "  gyre publish                        this package\n"
      "  gyre publish --tag next             without moving \"latest\"\n"
      "  gyre publish --access public        a scoped package everybody may read\n"
      "  gyre publish --workspaces --dry-run what would be sent\n"
      "  gyre publish name-1.0.0.tgz         an archive made before");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
