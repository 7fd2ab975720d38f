// Metadata as `view` shows it: the versions a specifier means, each with the package's own fields
// behind it, and fields picked by path ("dist.tarball", "versions[0]", "time[1.0.0]"). Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Path and value, in the order they were asked for; an absent value was an empty array.
using ViewFields = std::vector<std::pair<std::string, std::optional<OrderedJson>>>;

struct ViewedVersion {
  std::string version;
  OrderedJson document;  // the packument with this version's manifest laid over it
  ViewFields fields;     // all members of `document` where no field was asked for
};

struct ViewRequest {
  std::string wanted;  // version, range or tag
  std::vector<std::string> fields;
  bool keeps_arrays = false;  // an array of one item stays an array
};

// E404: unpublished, or no such version. EUSAGE: a path that makes no sense.
Result<std::vector<ViewedVersion>> view_versions(OrderedJson packument, const ViewRequest& request);

// "Name <mail> (url)" instead of objects that say no more than that.
OrderedJson with_short_people(const OrderedJson& value);
std::string person_text(const OrderedJson& person);

}  // namespace gyre::pkg
