// What a script checks and measures: settings, results, texts, layout, the time of frames. Leaves out input (script.cpp).
#include <algorithm>
#include <cmath>
#include <sstream>

#include "compat.h"
#include "record.h"
#include "script.h"
#include "theme.h"

namespace convbook::kit {
namespace {

double quantile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values.empty() ? 0 : values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
}

std::string rounded(double value) {
    std::ostringstream words;
    words.precision(2);
    words << std::fixed << value;
    return words.str();
}

}  // namespace

void InputScript::expect() {
    const std::string& what = word(1, "what to expect");
    const bool is_negated = what == "no";
    const std::string& kind = is_negated ? word(2, "what not to expect") : what;
    if (kind == "text") return expect_text(!is_negated);
    if (kind == "mark") {
        const bool is_there = find_mark(word(is_negated ? 3 : 2, "the name")).has_value();
        if (is_there == is_negated) fail(is_there ? "it is on screen" : "nothing of that name is on screen");
        return;
    }
    if (is_negated) refuse("only texts and marks can be expected not to be there");
    if (kind == "no-overlap") {
        for (const LayoutFault& fault : layout_faults()) fail(fault.what);
        return;
    }
    if (kind == "link") {
        if (const std::string link = need(host_.link)(); link != word(2, "the link")) fail("it is " + link);
        return;
    }
    const bool is_value = kind == "value", is_state = kind == "state" || !is_value;
    const std::size_t first = is_value || kind == "state" ? 2 : 1;  // "expect k 3" is short for "expect state k 3"
    const auto found = is_state ? need(host_.state)(word(first, "the key")) : need(host_.value)(word(first, "the name"));
    if (!found) return fail(is_state ? "this page has no such setting" : "this page has no such value");
    if (*found != word(first + 1, "the wanted value")) fail("it is " + *found);
}

void InputScript::expect_text(bool is_wanted) {
    const std::string& wanted = word(is_wanted ? 2 : 3, "the words");
    const std::string all = visible_words();
    const bool is_there = all.find(wanted) != std::string::npos;
    if (is_there != is_wanted) fail(is_wanted ? "no text on screen contains it; on screen:\n" + all : "it is on screen");
}

void InputScript::measure_frames() {
    const int count = static_cast<int>(number(1, "the number of frames"));
    if (count < 1 || word(2, "the word budget") != "budget") refuse("written as: frames 120 budget 8 [moving DX DY]");
    const double budget = number(3, "the budget");
    const bool is_moving = line_.words.size() > 4 && line_.words[4] == "moving";
    const ImVec2 start = ImGui::GetIO().MousePos;
    const ImVec2 by{is_moving ? static_cast<float>(number(5, "DX")) * scale() : 0, is_moving ? static_cast<float>(number(6, "DY")) * scale() : 0};
    std::vector<double> interface_ms, raster_ms;
    for (int i = 1; i <= count; ++i) {
        const float share = static_cast<float>(i) / static_cast<float>(count);
        if (is_moving) compat::send_position(ImGui::GetIO(), {start.x + by.x * share, start.y + by.y * share});
        const Offscreen::FrameTime time = host_.draw_frame();
        interface_ms.push_back(time.interface_ms);
        raster_ms.push_back(time.raster_ms);
    }
    const double median = quantile(interface_ms, 0.5);
    if (host_.say)
        host_.say(message("interface: median ", rounded(median), " ms, 95 % under ", rounded(quantile(interface_ms, 0.95)), " ms; rasteriser: median ",
                          rounded(quantile(raster_ms, 0.5)), " ms"));
    if (median > budget) fail(message("the median frame took ", rounded(median), " ms"));
}

void InputScript::dump() const {
    if (!host_.say) return;
    std::string all = visible_words();
    for (const Mark& m : seen_marks()) {
        all += message("@", m.name, " at ", std::lround(m.area.x), ",", std::lround(m.area.y), " (", std::lround(m.area.w), " x ", std::lround(m.area.h), ")");
        if (m.rows > 0) all += message(", ", m.rows, " x ", m.columns, " cells");
        all += "\n";
    }
    for (const LayoutFault& fault : layout_faults()) all += "fault: " + fault.what + "\n";
    host_.say(all);
}

}  // namespace convbook::kit
