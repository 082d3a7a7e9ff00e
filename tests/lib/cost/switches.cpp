// Claims about the choices on which counts differ: every switch, alone and combined, and the search that leads from a reader's number to switches.
#include "convbook/count_switches.h"
#include "lib/data.h"

using namespace convbook;
using namespace convbook::test;

namespace {

std::int64_t counted(const std::string& net, const std::string& switches, Quantity quantity) { return count(switched({.net = parse_net_spec(net)}, split_names(switches)), quantity); }
std::int64_t params(const std::string& net, const std::string& switches = "") { return counted(net, switches, Quantity::params); }
std::int64_t operations(const std::string& net, const std::string& switches = "") { return counted(net, switches, Quantity::operations); }

}  // namespace

TEST_CASE("a switch changes a count of some network, and only counts that it says it can change") {
    for (const CountSwitch& one : list_count_switches()) {
        bool changed = false;
        for (const char* net : {"mobilenet_v2", "shufflenet_v1", "resnet50", "se_resnet50", "alexnet"}) {
            if (!one.fits(*find_net(net))) continue;
            const NetCost usual = count_cost(build_net(net, 1));
            const CountedNet other = switched({.net = {.name = net}}, {one.name});
            const NetCost after = count_cost(build_net(other.net), other.convention);
            for (const Quantity quantity : {Quantity::params, Quantity::operations, Quantity::peak_bytes}) {
                const bool may = std::ranges::find(one.changes, quantity) != one.changes.end();
                if (count_of(usual, quantity) == count_of(after, quantity)) continue;
                changed |= may;
                if (!one.changes_network) CHECK_MESSAGE(may, one.name << " on " << net);
            }
        }
        if (one.name != "by_call") CHECK_MESSAGE(changed, one.name);  // no network here uses a parameter twice
    }
}

TEST_CASE("switches combine: each works as if the others were not there") {
    CHECK(params("mobilenet_v2", "no_batch_norm,no_bias") == 3504872 - 34112 - 1000);
    CHECK(params("mobilenet_v2", "no_batch_norm,buffers") == params("mobilenet_v2"));  // two vectors go, two come
    CHECK(operations("mobilenet_v2", "t1_expansion,flops") == 2 * operations("mobilenet_v2", "t1_expansion"));
    CHECK(params("mobilenet_v2", "features_only,buffers") == 2223872 + 34112);
    const std::int64_t without_linear = operations("resnet50") - operations("resnet50", "no_linear");
    CHECK(without_linear == 2048 * 1000);
    CHECK(operations("resnet50", "stride_first,no_linear") == operations("resnet50", "stride_first") - without_linear);
}

TEST_CASE("counting every batch norm's running statistics adds as many numbers as its scales and shifts") {
    CHECK(params("mobilenet_v1", "buffers") - params("mobilenet_v1") == params("mobilenet_v1") - params("mobilenet_v1", "no_batch_norm"));
}

TEST_CASE("a switch that a network does not have is refused with its name, an unknown one with those there are") {
    const std::string strange = error_of([] { params("vgg16", "t1_expansion"); });
    CHECK(strange.find("t1_expansion") != std::string::npos);
    CHECK(strange.find("vgg16") != std::string::npos);
    CHECK(error_of([] { params("vgg16", "mine"); }).find("no_batch_norm") != std::string::npos);
}

TEST_CASE("a written count stands for what rounds to it") {
    const WrittenCount millions = parse_written_count("127M");
    CHECK(millions.is_rounded_from(127061304));
    CHECK_FALSE(millions.is_rounded_from(127500001));
    CHECK(millions.is_cut_from(127999999));
    CHECK_FALSE(millions.is_cut_from(126999999));
    const WrittenCount exact = parse_written_count("3,487,816");
    CHECK(exact.is_rounded_from(3487816));
    CHECK_FALSE(exact.is_rounded_from(3487817));
    CHECK(parse_written_count("0.3G").value == doctest::Approx(3e8));
    for (const char* wrong : {"", "M", "-3M", "3.4X", "nan", "1e99"}) CHECK_THROWS_AS(parse_written_count(wrong), Error);
}

TEST_CASE("the search names the switches behind a reader's number, fewest first") {
    const auto search = [](const std::string& net, Quantity quantity, const char* written) { return find_reproductions(parse_net_spec(net), quantity, parse_written_count(written)); };
    using Names = std::vector<std::string>;
    CHECK(search("mobilenet_v2", Quantity::params, "3487816").front().switches == Names{"folded"});
    CHECK(search("mobilenet_v2", Quantity::params, "3504872").front().switches.empty());
    CHECK(search("shufflenet_v1", Quantity::operations, "127M").front().switches == Names{"blog_bottleneck"});
    CHECK(search("mobilenet_v2", Quantity::operations, "627.2M").front().switches == Names{"flops", "t1_expansion"});
    CHECK(search("mobilenet_v2", Quantity::params, "1").empty());
    for (const Reproduction& found : search("mobilenet_v2", Quantity::operations, "314M")) {  // every answer is true
        std::string list;
        for (const std::string& name : found.switches) list += name + ",";
        CHECK(operations("mobilenet_v2", list) == found.count);
    }
}

TEST_CASE("a network's word reads back as itself, and a setting it lacks is refused") {
    for (const char* word : {"mobilenet_v2", "mobilenet_v2:alpha=0.5:resolution=192", "shufflenet_v1:scale=0.25:groups=8", "se_resnet:width=8:reduction=2", "resnet18:classes=5"})
        CHECK(to_string(parse_net_spec(word)) == word);
    CHECK(to_string(parse_net_spec("mobilenet_v2?alpha=0.5&resolution=192")) == "mobilenet_v2:alpha=0.5:resolution=192");
    CHECK(to_string(parse_net_spec("shufflenet_v2_x0_5")) == "shufflenet_v2:scale=0.5");
    for (const char* wrong : {"mobilenet_v9", "mobilenet_v2:scale=2", "resnet18:alpha=1", "mobilenet_v2:alpha=x", "mobilenet_v2:alpha", "mobilenet_v2:t1_expansion=1"})
        CHECK_THROWS_AS(parse_net_spec(wrong), Error);
}
