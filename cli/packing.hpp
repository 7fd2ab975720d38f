// Packer: makes packages out of the arguments of pack and publish (folders, archives, repositories,
// specifiers of the registry), with the scripts npm runs around it. What scripts print goes to
// stderr: stdout belongs to the result. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/registry_session.hpp"
#include "pkg/pack/pack.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::cli {

struct Packing {
  pkg::PackedPackage package;
  pkg::Manifest manifest;
  std::string folder;  // empty unless it was packed from one
};

class Packer {
 public:
  Packer(Context& context, RegistrySession& session, std::string npm_command)
      : context_(context), session_(session), npm_command_(std::move(npm_command)) {}

  // Absolute folders of chosen workspaces: their ignore rules count.
  void set_workspaces(std::vector<std::string> folders) { workspaces_ = std::move(folders); }

  // The folder an argument means; empty if it means an archive or a specifier.
  Result<std::string> folder_of(const std::string& argument) const;
  // prepack, prepare, packing, postpack.
  Result<Packing> pack_folder(const std::string& folder);
  // Whatever `argument` is.
  Result<Packing> pack(const std::string& argument);
  // A script of the folder's package.json, if it has it and scripts may run. ELIFECYCLE.
  Status run_script(const std::string& folder, const std::string& event);
  // What the command should end with after an error: a failed script's own status.
  int exit_code() const { return exit_code_; }

 private:
  Result<Packing> pack_from_repository(const pkg::Spec& spec);
  Result<Packing> pack_from_registry(const std::string& argument);
  Result<Packing> read_archive(const std::string& path);

  Context& context_;
  RegistrySession& session_;
  const std::string npm_command_;
  std::vector<std::string> workspaces_;
  int exit_code_ = kFailure;
};

}  // namespace gyre::cli
