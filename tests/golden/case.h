// One case of a golden file: its arguments, its tensors, and the comparisons made so far.
// Leaves out which operation a case means (operators.cpp, blocks.cpp, networks.cpp).
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "convbook/ops.h"
#include "convbook/weights.h"
#include "golden/golden.h"

namespace convbook::golden {

/// Thrown by a checker: this case asks for something that the library does not have.
class Unsupported : public Error {
public:
    using Error::Error;
};

class Case {
public:
    Case(const nlohmann::json& arguments, const SafetensorsFile& file, std::string id) : arguments_(arguments), file_(file), id_(std::move(id)) {}

    // Arguments; a missing one is `otherwise`, one of another type throws convbook::Error
    bool has_argument(const char* key) const { return arguments_.contains(key) && !arguments_[key].is_null(); }
    const nlohmann::json& argument(const char* key) const;
    int integer(const char* key, std::optional<int> otherwise = {}) const;
    double number(const char* key, std::optional<double> otherwise = {}) const;
    bool flag(const char* key, bool otherwise) const;
    std::string text(const char* key, std::optional<std::string> otherwise = {}) const;
    Pair pair(const char* key, std::optional<Pair> otherwise = {}) const;  ///< 3 or [3, 5]
    std::vector<std::string> tensor_names() const;  ///< as the case lists them

    // Tensors of this case, by their name after "<id>."
    bool has(const std::string& name) const;
    Tensor tensor(const std::string& name) const { return file_.tensor(id_ + "." + name); }
    Tensor tensor_if_present(const std::string& name) const { return has(name) ? tensor(name) : Tensor(); }
    std::vector<std::int64_t> integers(const std::string& name) const { return file_.integers(id_ + "." + name); }
    std::vector<std::int64_t> dims(const std::string& name) const;
    std::span<const unsigned char> bytes(const std::string& name) const { return file_.bytes(id_ + "." + name); }
    const std::string& id() const { return id_; }

    // Comparisons
    /// |a - b| <= relative * max(1, max|expected|) for the tensor of that name: operators.
    void compare(const Tensor& actual, const std::string& name, double relative = 1e-4);
    void compare(TensorView actual, TensorView expected, const std::string& name, double tolerance);
    /// |a - b| <= 1e-3 * max|expected|, if the case holds that tensor: gradients.
    void compare_gradient(const Tensor& actual, const std::string& name);
    /// One number against its bound.
    void compare(double difference, const std::string& what, double tolerance);
    /// Something equal or not, with nothing between.
    void require(bool holds, const std::string& what) { compare(holds ? 0.0 : 1.0, what, 0.0); }

    Outcome outcome(const std::string& group) const;

private:
    const nlohmann::json& arguments_;
    const SafetensorsFile& file_;
    std::string id_, failure_;
    double worst_difference_ = std::numeric_limits<double>::quiet_NaN(), worst_tolerance_ = std::numeric_limits<double>::quiet_NaN();
};

/// The integer that a JSON value holds; `what` stands in the message if it holds none.
int integer_of(const nlohmann::json& value, const std::string& what);
double largest_magnitude(TensorView values);

// The checkers, one per group.
void check_conv2d(Case& c);
void check_conv_transpose2d(Case& c);
void check_batch_norm(Case& c);
void check_activation(Case& c);
void check_pool(Case& c);
void check_block(Case& c);
void check_preprocess(Case& c);
void check_net(Case& c);
void check_optimiser(Case& c);

}  // namespace convbook::golden
