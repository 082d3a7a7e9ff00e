// Reading a case's arguments and tensors defensively, and keeping its worst comparison.
// Leaves out what is compared.
#include "golden/case.h"

#include <algorithm>
#include <cmath>

namespace convbook::golden {
namespace {

using nlohmann::json;

/// difference over tolerance, where 0 over 0 is fine and NaN is the worst.
double excess(double difference, double tolerance) {
    if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
    if (tolerance > 0) return difference / tolerance;
    return difference > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

}  // namespace

int integer_of(const json& value, const std::string& what) {
    const bool fits = value.is_number_integer() && value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max();
    CONVBOOK_REQUIRE(fits, "golden: ", what, " is a whole number of at most 32 bits; got ", value.dump(), ". Correct the JSON file.");
    return value.get<int>();
}

double largest_magnitude(TensorView values) {
    double largest = 0;
    for (const float v : values.values()) largest = std::max(largest, static_cast<double>(std::abs(v)));
    return largest;
}

const json& Case::argument(const char* key) const {
    CONVBOOK_REQUIRE(has_argument(key), "golden: a case of this kind has the argument \"", key, "\"; it is missing. Correct the JSON file.");
    return arguments_[key];
}

int Case::integer(const char* key, std::optional<int> otherwise) const {
    return !has_argument(key) && otherwise ? *otherwise : integer_of(argument(key), message('"', key, '"'));
}

double Case::number(const char* key, std::optional<double> otherwise) const {
    if (!has_argument(key) && otherwise) return *otherwise;
    CONVBOOK_REQUIRE(argument(key).is_number(), "golden: \"", key, "\" is a number; got ", argument(key).dump(), ". Correct the JSON file.");
    return argument(key).get<double>();
}

bool Case::flag(const char* key, bool otherwise) const {
    if (!has_argument(key)) return otherwise;
    CONVBOOK_REQUIRE(argument(key).is_boolean(), "golden: \"", key, "\" is true or false; got ", argument(key).dump(), ". Correct the JSON file.");
    return argument(key).get<bool>();
}

std::string Case::text(const char* key, std::optional<std::string> otherwise) const {
    if (!has_argument(key) && otherwise) return *otherwise;
    CONVBOOK_REQUIRE(argument(key).is_string(), "golden: \"", key, "\" is a text; got ", argument(key).dump(), ". Correct the JSON file.");
    return argument(key).get<std::string>();
}

Pair Case::pair(const char* key, std::optional<Pair> otherwise) const {
    if (!has_argument(key) && otherwise) return *otherwise;
    const json& value = argument(key);
    const std::string what = message('"', key, '"');
    if (!value.is_array()) return integer_of(value, what);
    CONVBOOK_REQUIRE(value.size() == 2, "golden: ", what, " is one number or two; got ", value.dump(), ". Correct the JSON file.");
    return {integer_of(value[0], what), integer_of(value[1], what)};
}

std::vector<std::string> Case::tensor_names() const {
    std::vector<std::string> names;
    for (const json& name : argument("tensors")) {
        CONVBOOK_REQUIRE(name.is_string(), "golden: \"tensors\" is a list of names; got ", name.dump(), ". Correct the JSON file.");
        names.push_back(name.get<std::string>());
    }
    return names;
}

bool Case::has(const std::string& name) const {
    if (!has_argument("tensors")) return file_.contains(id_ + "." + name);
    const std::vector<std::string> names = tensor_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::int64_t> Case::dims(const std::string& name) const {
    for (const TensorEntry& entry : file_.entries())
        if (entry.name == id_ + "." + name) return entry.dims;
    throw Error(message("golden: the file has every tensor that the case lists; \"", id_, ".", name, "\" is missing. Write the files again."));
}

void Case::compare(const Tensor& actual, const std::string& name, double relative) {
    const Tensor expected = tensor(name);
    compare(actual, expected, name, relative * std::max(1.0, largest_magnitude(expected)));
}

void Case::compare_gradient(const Tensor& actual, const std::string& name) {
    if (!has(name)) return;
    const Tensor expected = tensor(name);
    compare(actual, expected, name, 1e-3 * largest_magnitude(expected));
}

void Case::compare(TensorView actual, TensorView expected, const std::string& name, double tolerance) {
    CONVBOOK_REQUIRE(actual.shape == expected.shape, "golden: ", name, " has PyTorch's shape; ours is ", actual.shape, ", PyTorch's ", expected.shape,
                     ". The shape rule of the operation, or the case's arguments, are wrong.");
    compare(max_abs_difference(actual, expected), name, tolerance);
}

void Case::compare(double difference, const std::string& what, double tolerance) {
    const bool is_worst = std::isnan(worst_tolerance_) || excess(difference, tolerance) > excess(worst_difference_, worst_tolerance_);
    if (is_worst) worst_difference_ = difference, worst_tolerance_ = tolerance;
    if (failure_.empty() && excess(difference, tolerance) > 1.0) failure_ = message(what, " is off by ", difference, ", more than ", tolerance);
}

Outcome Case::outcome(const std::string& group) const {
    return {id_, group, failure_.empty() ? Status::passed : Status::failed, worst_difference_, worst_tolerance_, failure_};
}

}  // namespace convbook::golden
