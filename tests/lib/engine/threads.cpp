// Plans and threads: plans that run, are made and go at the same time do not disturb one another, and no two threads of a plan touch the same number.
// The tsan preset watches these cases; it sees into the reference kernels only, for those of an instruction set are never instrumented.
// Leaves out what one plan computes (plan.cpp).
#include <functional>
#include <thread>

#include "convbook/backend.h"
#include "convbook/engine.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

struct Net {
    Graph graph;
    Weights weights;
    Tensor input;
    explicit Net(Graph g) : graph(std::move(g)), weights(rule_weights(graph, "threads", 6)), input(rule_tensor("threads", "input", graph.input_shape(), 1)) {}
    explicit Net(const char* name) : Net(build_net(name, 1.0, {.classes = 10, .resolution = 33})) {}
};

/// Two 3x3 convolutions on an image of 13 rows, and a shortcut: Winograd's tiles of two rows are cut between threads.
Graph odd_rows() {
    Graph graph("odd rows", Shape(1, 8, 13, 15));
    for (const char* name : {"first", "second"}) graph.append({name, "", Conv2dNode{{.padding = 1}, graph.add_parameter(name, Shape(8, 8, 3, 3))}, {graph.last()}, {}});
    graph.append({"sum", "", AddNode{}, {graph.last(), graph.last() - 1}, {}});
    return graph;
}

/// Residual additions, gates, shuffles, concatenations, groups: every way in which threads share what others made.
const std::vector<Net>& nets() {
    static const std::vector<Net> made = [] {
        std::vector<Net> nets;
        for (const char* name : {"mobilenet_v2", "mobilenet_v3_small", "shufflenet_v1", "squeezenet1_1"}) nets.emplace_back(name);
        nets.emplace_back(odd_rows());
        return nets;
    }();
    return made;
}

/// With the fastest kernels, and with those that the thread sanitizer sees into.
void with_fast_and_reference_kernels(const std::function<void()>& check) {
    const std::string before = active_backend_name();
    for (const std::string& name : {before, std::string("reference")}) {
        force_backend(name);
        INFO("backend ", name);
        check();
    }
    force_backend(before);
}

}  // namespace

TEST_CASE("plan: threads deal the work out without changing a bit of the output, run after run") {
    with_fast_and_reference_kernels([] {
        for (const Net& net : nets()) {
            CAPTURE(net.graph.name());
            const Tensor alone = Plan(net.graph, net.weights).run(net.input);
            for (const int threads : {2, 5}) {
                Plan plan(net.graph, net.weights, {.threads = threads});
                for (int i = 0; i < 3; ++i) CHECK(plan.run(net.input) == alone);
            }
        }
    });
}

TEST_CASE("plan: plans that are made, run and gone at the same time give what each gives alone") {
    with_fast_and_reference_kernels([] {
        std::vector<Tensor> alone;
        for (const Net& net : nets()) alone.push_back(Plan(net.graph, net.weights, {.threads = 2}).run(net.input));
        std::vector<int> equal(nets().size());
        std::vector<std::thread> users;
        for (std::size_t i = 0; i < nets().size(); ++i) {
            users.emplace_back([&, i] {
                for (int plans = 0; plans < 2; ++plans) {
                    Plan plan(nets()[i].graph, nets()[i].weights, {.threads = 2});
                    for (int runs = 0; runs < 3; ++runs) equal[i] += plan.run(nets()[i].input) == alone[i];
                }
            });
        }
        for (std::thread& user : users) user.join();
        CHECK(equal == std::vector<int>(nets().size(), 6));
    });
}
