// What the chapter asks. Every answer is computed by the lesson, never typed; a finished chapter has six or more, one of each kind.
#include <algorithm>

#include "kit/registry.h"
#include "lesson.h"

namespace convbook::template_chapter {
namespace {

using kit::Exercise;
using kit::ExerciseKind;

Exercise count_positions() {
    Exercise e;
    e.id = "count-positions";
    e.kind = ExerciseKind::number;
    e.question = {"A window of 3 walks over 10 cells in steps of 2. In how many places does it stand?", "大小为 3 的窗口以步幅 2 走过 10 个格子，它停在多少个位置？"};
    e.answer = [] { return static_cast<double>(compute({10, 3, 2}).positions); };
    e.mistakes = {{3, {"Rounded down, but the first place was not counted.", "取整对了，但最初的位置没有算进去。"}},
                  {4.5, {"A window stands in a place or it does not: round down.", "窗口要么停在那里，要么不停：要向下取整。"}},
                  {static_cast<double>(compute({10, 3, 1}).positions), {"So it would be in steps of 1.", "步幅为 1 时才是这样。"}}};
    e.solution = "w=10&k=3&s=2";
    e.hints = {{"The last place must leave room for the whole window.", "最后一个位置必须放得下整个窗口。"}, {"(10 − 3) / 2, rounded down, and one more for the first place.", "(10 − 3) / 2 向下取整，再加上最初的一个位置。"}};
    e.explanation = {"The window begins at cells 0, 2, 4 and 6. Cell 9 is never reached.", "窗口从第 0、2、4、6 格开始，第 9 格从未被读到。"};
    return e;
}

Exercise which_changes() {
    Exercise e;
    e.id = "which-changes";
    e.question = {"The step grows from 1 to 2. What happens to the number of places?", "步幅从 1 变为 2，位置的个数会怎样？"};
    e.options = {
        {{"It halves, rounded up", "减半，向上取整"}, {"Every second place is left out, and the first one stays.", "每隔一个位置去掉一个，第一个保留。"}, true},
        {{"It halves, rounded down", "减半，向下取整"}, {"With 5 places, the 1st, 3rd and 5th stay: three, not two.", "若有 5 个位置，第 1、3、5 个保留：是三个而不是两个。"}, false},
        {{"It stays", "不变"}, {"A longer step skips places.", "步幅变大会跳过一些位置。"}, false},
    };
    e.solution = "w=7&k=3&s=2";
    e.explanation = {"Set 7 cells and a window of 3: five places become three.", "设 7 个格子、窗口为 3：五个位置变成三个。"};
    return e;
}

Exercise leave_cells_out() {
    Exercise e;
    e.id = "leave-cells-out";
    e.kind = ExerciseKind::goal;
    e.question = {"Make the window miss two cells at the end.", "让窗口在末端漏掉两个格子。"};
    e.is_reached = [](const Settings& settings) { return compute(read_params(members(), settings)).unused == 2; };
    e.solution = "w=8&k=3&s=3";
    e.hints = {{"Fewer cells are missed than a step is long.", "漏掉的格子总比步幅少。"}};
    e.explanation = {"Only a step of 3 can miss two cells.", "只有步幅为 3 时才可能漏掉两个格子。"};
    return e;
}

std::vector<Exercise> exercises() { return {count_positions(), which_changes(), leave_cells_out()}; }

}  // namespace

REGISTER_EXERCISES(exercises);

}  // namespace convbook::template_chapter
