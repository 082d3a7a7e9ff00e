// The picture face: the row, the window at one position, and under each cell how many windows cover it.
// Leaves out the computation (lesson.cpp) and the frame around it (sliders, transport, undo, links: the kit's).
#include "kit/figure.h"

#include <fmt/format.h>

#include "kit/registry.h"
#include "kit/tensor_grid.h"
#include "lesson.h"

namespace convbook::template_chapter {
namespace {

class WindowFigure final : public kit::Figure {
public:
    Text question() const override { return {"How many places can the window stand in?", "窗口能停在多少个位置？"}; }
    Text hint() const override { return {"drag the window's size and step · play", "拖动窗口大小与步幅 · 播放"}; }
    void update(const Settings& settings) override { result_ = compute(read_params(members(), settings)); }

    void draw(kit::FigureFrame& frame) override {
        using namespace kit;
        const int w = result_.params.w;
        // Lay the row out in the middle of the picture
        GridLook look;
        look.cell = frame.is_compact ? 34.0f : 44.0f;
        look.map = CellMap::input;
        look.limit = static_cast<float>(result_.params.k);
        look.value = [this](int, int column) { return static_cast<float>(result_.visits[static_cast<std::size_t>(column)]); };
        look.is_dim = [this](int, int column) { return result_.visits[static_cast<std::size_t>(column)] == 0; };
        const float width = px(look.cell) * static_cast<float>(w);
        const ImVec2 at{frame.area.center().x - width / 2, frame.area.center().y - px(look.cell) / 2};
        const Area row = draw_grid(at, 1, w, look);
        // The window of the position shown, and the sum in words
        frame_cells(row, 1, w, 0, result_.first, 1, result_.params.k, colour(Ink::weights));
        text({frame.area.center().x, row.bottom() + px(28)}, Type::caption, colour(Ink::ink2), tr(describe()), AlignX::center);
    }

    kit::Playback playback() const override { return {"at", result_.positions, {}}; }
    kit::CodeOnShow code() const override {
        return {"lib/src/ops/padding.cpp", "output_size", "", {"the rule that every window follows", "所有窗口都遵循的规则"}};
    }

    kit::DataTable data() const override {
        kit::DataTable table{{"cell", "windows that cover it"}, {}};
        for (std::size_t cell = 0; cell < result_.visits.size(); ++cell) table.rows.push_back({std::to_string(cell), std::to_string(result_.visits[cell])});
        return table;
    }

    Text describe() const override {
        const Params& p = result_.params;
        return {fmt::format("A window of {} in steps of {} over {} cells stands in {} places.", p.k, p.s, p.w, result_.positions),
                fmt::format("大小为 {} 的窗口以步幅 {} 走过 {} 个格子，共有 {} 个位置。", p.k, p.s, p.w, result_.positions)};
    }

    void draw_sign(const kit::Area& area) const override {
        using namespace kit;
        const float cell = area.w / 5;
        for (int i = 0; i < 5; ++i) frame({area.x + cell * static_cast<float>(i), area.center().y - cell / 2, cell, cell}, colour(Ink::rule));
        frame({area.x + cell, area.center().y - cell / 2, cell * 3, cell}, colour(Ink::weights), 2);
    }

private:
    Result result_ = compute({});
};

}  // namespace

REGISTER_CHAPTER(WindowFigure);

}  // namespace convbook::template_chapter
