// Views "ladder" and "passes" of chapter 14: one row a rung, its idea before measuring, its time and speed afterwards, and a note with what the chosen rung saves.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "figure_views.h"
#include "kit/interact.h"

namespace convbook::ch14 {
namespace {

using namespace kit;

constexpr float kRow = 31, kTallestRow = 50, kHead = 22, kNote = 62, kColumn = 64;

std::string value_text(const std::string& name) {
    static const Values known = values({});
    const Value* value = known.find(name);
    CONVBOOK_ASSERT(value != nullptr, "the lesson has no value named ", name);
    return value->text;
}

Text tile_note(const std::string& backend) {
    const auto v = [&](const char* name) { return value_text(backend + "." + name); };
    return {fmt::format("{} registers of {} values. The blocked kernels' tile holds {} sums: {} loads for each multiply-add instead of 2.", v("registers"), v("lanes"), v("sums"), v("loads")),
            fmt::format("{} 个寄存器，各装 {} 个数。分块内核一次留住 {} 个和：每次乘加只读 {} 次，而不是 2 次。", v("registers"), v("lanes"), v("sums"), v("loads"))};
}

void draw_times(const Area& row, const RungTime& time, double first_ms, Colour ink, Type type) {
    const std::string cells[] = {fmt::format("{:.1f}\u2009×", first_ms / time.ms), fmt::format("{:.0f}\u2009%", 100 * time.share), fmt::format("{:.1f}", time.gflops), fmt::format("{:.{}f}", time.ms, time.ms < 10 ? 2 : 1)};
    float x = row.right();
    for (const std::string& cell : cells) {
        text({x, row.y}, type, ink, cell, AlignX::right);
        x -= px(kColumn);
    }
}

void draw_head(const Area& row, const Params& p, bool is_measured) {
    const Text what = p.view == "passes" ? Text{network(p.net).title, network(p.net).title}
                                         : Text{fmt::format("{} in a row, each with batch norm and activation", ladder_repeats(p.layer)), fmt::format("连续 {} 层，各带批归一化和激活", ladder_repeats(p.layer))};
    const float room = is_measured ? row.w - px(4 * kColumn) : row.w;
    if (text_width(Type::caption, tr(what)) <= room) text({row.x, row.y}, Type::caption, colour(Ink::ink3), tr(what));
    if (!is_measured) return;
    float x = row.right();
    for (const Text& name : {Text{"faster", "加速"}, Text{"of bound", "占上限"}, Text{"GFLOP/s", "GFLOP/s"}, Text{"ms", "ms"}}) {
        text({x, row.y}, Type::caption, colour(Ink::ink3), tr(name), AlignX::right);
        x -= px(kColumn);
    }
}

/// The bar is the speed; before measuring there is none, for time is never invented.
void draw_rung(FigureFrame& frame, const Area& row, const Rung& rung, int index, bool is_chosen, const RungTime* time, double first_ms, double full_gflops) {
    const Hit over = hit(fmt::format("rung/{}", rung.name).c_str(), row);
    if (over.was_clicked) frame.set("rung", std::to_string(index + 1));
    const Colour ink = colour(is_chosen || over.is_hovered ? Ink::accent : Ink::ink);
    const Type type = is_chosen ? Type::label_strong : Type::label;
    const float title = text({row.x, row.y + px(2)}, type, ink, fmt::format("{}  {}", index + 1, tr(rung.title)));
    const Area track{row.x, row.y + px(24), row.w, px(6)};
    fill(track, colour(Ink::sunk), 1);
    if (time == nullptr) {
        const std::string idea = tr(rung.idea);
        if (title + px(16) + text_width(Type::caption, idea) <= row.w) text({row.right(), row.y + px(3)}, Type::caption, colour(Ink::ink3), idea, AlignX::right);
        return;
    }
    fill({track.x, track.y, std::max(px(1), track.w * static_cast<float>(time->gflops / full_gflops)), track.h}, is_chosen ? colour(Ink::accent) : colour(Ink::output), 1);
    draw_times({row.x, row.y + px(2), row.w, row.h}, *time, first_ms, ink, type);
}

std::string guess_words(const Params& p, const std::vector<RungTime>& times) {
    const double factor = times.front().ms / times.back().ms;
    if (p.guess == 0) return tr({fmt::format("Top over bottom: {:.0f} times faster.", factor), fmt::format("最高级比最低级快 {:.0f} 倍。", factor)});
    return tr({fmt::format("Top over bottom: {:.0f} times faster; your guess was {}.", factor, p.guess), fmt::format("最高级比最低级快 {:.0f} 倍；你猜的是 {} 倍。", factor, p.guess)});
}

}  // namespace

Text rung_note(const Rung& rung) {
    const auto v = [](const char* name) { return value_text(name); };
    if (rung.name == "naive") return {fmt::format("For one depthwise layer {} tests, and two loads for each multiply-add.", v("tests.naive")), fmt::format("一个深度卷积要判断 {} 次，每次乘加读两次。", v("tests.naive"))};
    if (rung.name == "hoisted")
        return {fmt::format("{} decisions instead of {}; the loop left over is one that a compiler can vectorise.", v("tests.hoisted"), v("tests.naive")), fmt::format("判断从 {} 次减到 {} 次；剩下的循环，编译器自己就能向量化。", v("tests.naive"), v("tests.hoisted"))};
    if (std::ranges::find(register_tiles(), rung.name, &RegisterTile::backend) != register_tiles().end()) return tile_note(rung.name);
    if (rung.name == "fuse_activations") return {fmt::format("With batch norm folded: {} MB instead of {} MB for one depthwise layer.", v("fused"), v("unfused")), fmt::format("加上折叠批归一化：一个深度卷积的读写从 {} MB 减到 {} MB。", v("unfused"), v("fused"))};
    if (rung.name == "gate_weights") return {fmt::format("{} products instead of {}, for the first gate of MobileNet v3.", v("gate.weights"), v("gate.pixels")), fmt::format("MobileNet v3 的第一个门控：乘法从 {} 次减到 {} 次。", v("gate.pixels"), v("gate.weights"))};
    if (rung.name == "stream_rows") return {fmt::format("Three rows, {} MB, of a wide tensor of {} MB are alive.", v("stream.rows"), v("map")), fmt::format("{} MB 的宽张量只留三行，{} MB。", v("map"), v("stream.rows"))};
    if (rung.name == "winograd") return {fmt::format("{} products for four outputs instead of {}; rounding errors about double.", v("winograd.products"), v("winograd.standard")), fmt::format("四个输出用 {} 次乘法，而不是 {} 次；舍入误差大约翻倍。", v("winograd.products"), v("winograd.standard"))};
    if (rung.name == "strassen") return {"The eighth product is paid for with additions, so only the widest layers gain; rounding errors grow a few times.", "省下的第八次乘法要用加减来换，所以只有最宽的层才划算；舍入误差会大几倍。"};
    if (rung.name == "2_threads") return {fmt::format("Seven rows do not halve: {} times faster at most. And memory is shared.", v("split.speedup")), fmt::format("七行不能平分：最多快 {} 倍，而且内存是共用的。", v("split.speedup"))};
    return {rung.idea.en + ".", rung.idea.zh + "。"};
}

CodeOnShow rung_code(const Rung& rung) {
    static const std::map<std::string, std::array<const char*, 3>> places{
        {"naive", {"chapters/14_speed/lesson_ladder.cpp", "convolve_naive", "row >= 0"}}, {"hoisted", {"chapters/14_speed/lesson_ladder.cpp", "convolve_hoisted", "to[x] +="}},
        {"sse42", {"lib/src/kernels/sse42/simd.h", "fma", "_mm_mul_ps"}}, {"avx2", {"lib/src/kernels/avx2/simd.h", "fma", "fmadd"}}, {"avx512", {"lib/src/kernels/avx512/simd.h", "fma", "fmadd"}},
        {"neon", {"lib/src/kernels/neon/simd.h", "fma", "vfmaq"}}, {"node_by_node", {"lib/src/engine/run.cpp", "run", "activations"}},
        {"fold_batch_norms", {"lib/src/engine/fold_batch_norms.cpp", "fold_batch_norms", "factor"}}, {"block_channels", {"lib/src/kernels/generic/blocked_pointwise.inl", "add_step", "fma"}},
        {"fuse_activations", {"lib/src/kernels/generic/blocked_epilogue.inl", "store_as", "finished"}}, {"fuse_additions", {"lib/src/engine/fuse_additions.cpp", "fuse_additions", "addend"}},
        {"index_channels", {"lib/src/engine/places.cpp", "shuffled", "groups"}}, {"gate_weights", {"lib/src/engine/gate_weights.cpp", "gate_weights", "gate"}},
        {"stream_rows", {"lib/src/engine/steps.cpp", "form_steps", "cache"}}, {"winograd", {"lib/src/kernels/generic/blocked_winograd.inl", "transform_four", "sub(a, c)"}},
        {"strassen", {"lib/src/engine/stage_strassen.cpp", "make_tile", "product(s4"}},
        {"2_threads", {"lib/src/engine/shares.cpp", "deal_tiles", "pieces"}}};
    const auto& [path, function, line] = places.at(rung.name);
    return {path, function, line, rung.title};
}

float least_ladder_height(const std::vector<Rung>& rungs, float) { return px(kHead + kRow * static_cast<float>(rungs.size()) + kNote + 24); }

void draw_ladder(FigureFrame& frame, Area room, const Params& p, const std::vector<Rung>& rungs, const Measuring& measuring) {
    const std::vector<RungTime>* times = measuring.rungs(p);
    if (times && times->size() != rungs.size()) times = nullptr;
    draw_head(room.cut_top(px(kHead)), p, times != nullptr);
    double full = 0;
    if (times)
        for (const RungTime& time : *times) full = std::max({full, time.gflops, time.gflops / std::max(time.share, 0.01)});
    const int chosen = std::min(p.rung, static_cast<int>(rungs.size())) - 1;
    const float row = std::clamp(std::floor((room.h - px(kNote + 24)) / static_cast<float>(rungs.size())), px(kRow), px(kTallestRow));
    for (std::size_t i = 0; i < rungs.size(); ++i) {
        const bool is_chosen = static_cast<int>(i) == chosen;
        draw_rung(frame, room.cut_top(row), rungs[i], static_cast<int>(i), is_chosen, times ? &(*times)[i] : nullptr, times ? times->front().ms : 1, full);
    }
    room.cut_top(px(8));
    std::string words = tr(rung_note(rungs[static_cast<std::size_t>(chosen)]));
    if (times) words += (ui().language == Language::en ? " " : "") + guess_words(p, *times);
    text_block({room.x, room.y}, room.w, Type::label, colour(Ink::ink2), words);
}

}  // namespace convbook::ch14
