// The sentences about inputs and weights that do not fit. Leaves out shapes inside the network, which the Graph has checked.
#include "engine/checks.h"

namespace convbook::engine {

void check_weights(const Graph& graph, const Weights& weights) {
    CONVBOOK_REQUIRE(weights.size() == graph.parameters().size(), "run: ", graph.name(), " needs ", graph.parameters().size(), " weights; got ", weights.size(),
                     ". Use bind_weights, default_weights or rule_weights on the same graph.");
    for (int i = 0; i < static_cast<int>(weights.size()); ++i)
        CONVBOOK_REQUIRE(weights.at(i).shape() == graph.parameter(i).shape, "run: ", graph.name(), "'s ", graph.parameter(i).name, " is ", graph.parameter(i).shape, "; the weights have ",
                         weights.at(i).shape(), ". Use bind_weights, default_weights or rule_weights on the same graph.");
}

void check_input(const std::string& name, const Shape& expected, TensorView input) {
    CONVBOOK_REQUIRE(!input.is_absent() && input.shape.c == expected.c && input.shape.h == expected.h && input.shape.w == expected.w && input.shape.n >= 1, "run: ", name,
                     " was built for an input of ", expected, "; input=", input.shape, ". Resize the photo, or build the network for its resolution.");
}

}  // namespace convbook::engine
