// What chapter 01 asks: one number watched, one completed, the rest alone; guesses before the figure shows them; goals to reach by hand.
// Every answer is computed by the lesson, never typed.
#include "convbook/cost.h"
#include "kit/registry.h"
#include "lesson.h"

namespace convbook::ch01 {
namespace {

using kit::Exercise;
using kit::ExerciseKind;
using kit::Support;

Params with(const char* query) { return read_params(members(), parse_query(query)); }
Result state(const char* query) { return compute(with(query)); }

std::string value_of(const char* name, const char* query = "") { return values(with(query)).find(name)->text; }

Exercise larger_picture() {
    Exercise e;
    e.id = "larger-picture";
    e.kind = ExerciseKind::predict;
    const std::string params = value_of("real.params"), macs = value_of("real.macs"), macs_doubled = value_of("real.macs_doubled");
    e.question = {"The picture doubles in height and width. And the " + params + " parameters?", "图片的高和宽都增大一倍。那 " + params + " 个参数呢？"};
    e.options = {
        {{"They double", "增加一倍"}, {"Neither a weight nor a bias has anything to do with where the window stands.", "权重和偏置都与窗口停在哪里无关。"}, false},
        {{"Four times as many", "变成四倍"}, {"That is what happens to the multiply-adds: from " + macs + " to " + macs_doubled + ".", "变成四倍的是乘加次数：从 " + macs + " 到 " + macs_doubled + "。"}, false},
        {{"Nothing", "不变"}, {"The same weights are used at four times as many positions.", "同样的权重，用在四倍多的位置上。"}, true},
    };
    e.answer = [] { return values(with("")).find("real.params")->number; };
    e.explanation = {"Parameters belong to the layer, multiply-adds to the layer and the picture.", "参数只属于这一层，乘加次数由这一层和图片共同决定。"};
    return e;
}

Exercise watch_one_cell() {
    Exercise e;
    e.id = "watch-one-cell";
    e.kind = ExerciseKind::number;
    e.support = Support::worked;
    const char* query = "row=0&col=0";
    e.question = {"Output 0 at row 0, column 0: what is it?", "输出 0 的第 0 行第 0 列是多少？"};
    e.answer = [query] { return static_cast<double>(state(query).cell_value); };
    e.solution = query;
    const std::string sums = value_of("cell.sums", query), bias = value_of("cell.bias", query), value = value_of("cell.value", query), first = value_of("cell.terms0", query);
    e.hints = {{"Channel 0: " + first + " = " + value_of("cell.sum0", query) + ".", "通道 0：" + first + " = " + value_of("cell.sum0", query) + "。"},
               {"The other channels give " + value_of("cell.sum1", query) + " and " + value_of("cell.sum2", query) + ".", "另外两个通道得 " + value_of("cell.sum1", query) + " 和 " + value_of("cell.sum2", query) + "。"}};
    e.explanation = {"Multiply what lies under the window by the kernel, channel by channel. Channel 0 gives " + first + " = " + value_of("cell.sum0", query) + ". All three give " + sums + ", and with the bias " + bias +
                         " the cell is " + value + ".",
                     "把窗口盖住的数与卷积核逐个相乘，一个通道一个通道地做。通道 0：" + first + " = " + value_of("cell.sum0", query) + "。三个通道合起来是 " + sums + "，再加偏置 " + bias + "，得 " + value + "。"};
    return e;
}

Exercise complete_one_cell() {
    Exercise e;
    e.id = "complete-one-cell";
    e.kind = ExerciseKind::number;
    e.support = Support::half_worked;
    const char* query = "row=4&col=4";
    const std::string first = value_of("cell.sum0", query), second = value_of("cell.sum1", query);
    e.question = {"Output 0 at row 4, column 4. Channel 0 gives " + first + " and channel 1 gives " + second + ". Do channel 2, add the bias, and write the cell.",
                  "输出 0 的第 4 行第 4 列：通道 0 得 " + first + "，通道 1 得 " + second + "。请算出通道 2，加上偏置，写出这一格。"};
    e.answer = [query] { return static_cast<double>(state(query).cell_value); };
    const Result cell = state(query);
    const double value = cell.cell_value, last = cell.channel_sums[2];
    e.mistakes = {{value - cell.cell_bias, {"That is the sum of the three channels. The bias is still missing.", "这是三个通道的和，还差偏置。"}},
                  {value - last, {"Those are two channels and the bias. The third has its own kernel and its own nine products.", "这是两个通道加偏置。第三个通道有自己的核，也有九个乘积。"}},
                  {value - 2 * last, {"The sign of channel 2 is turned: its kernel adds the left column and subtracts the right one.", "通道 2 的符号反了：这个核是左列相加、右列相减。"}}};
    e.solution = query;
    e.hints = {{"The window covers rows 4 to 6 and columns 4 to 6 of channel 2.", "窗口盖住通道 2 的第 4 到 6 行、第 4 到 6 列。"},
               {"The kernel adds the left column and subtracts the right one: " + value_of("cell.terms2", query) + ".", "这个核把左边一列相加，再减去右边一列：" + value_of("cell.terms2", query) + "。"}};
    e.explanation = {"Channel 2 gives " + value_of("cell.sum2", query) + ". " + value_of("cell.sums", query) + " and the bias " + value_of("cell.bias", query) + " make " + value_of("cell.value", query) + ".",
                     "通道 2 得 " + value_of("cell.sum2", query) + "。" + value_of("cell.sums", query) + "，再加偏置 " + value_of("cell.bias", query) + "，得 " + value_of("cell.value", query) + "。"};
    return e;
}

Exercise next_cell() {
    Exercise e;
    e.id = "next-cell";
    e.kind = ExerciseKind::predict;
    static const std::string query = message("row=", kGuessRow, "&col=", kGuessColumn);
    e.question = {"The pinned cell says " + value_of("cell.value") + ". Slide the window one step to the right, to column 2. Look at the numbers it will cover, do not calculate: what will it say?",
                  "固定的那一格是 " + value_of("cell.value") + "。把窗口右移一步，到第 2 列。看看它将盖住的数，不要计算：这一格会是多少？"};
    e.answer = [] { return static_cast<double>(state(query.c_str()).cell_value); };
    e.tolerance = 4;
    e.value_name = "cell.value";
    e.solution = query;
    e.hints = {{"In channel 0 the blob is now in the middle of the window: both its flanks count, with opposite signs.", "通道 0 的亮斑现在位于窗口正中，两侧都算数，符号相反。"}};
    e.explanation = {"The left and the right flank of the blob nearly cancel in channel 0, so the sum drops to " + value_of("cell.sum0", query.c_str()) + ". An edge detector is quiet on top of a hill.",
                     "在通道 0 里，亮斑的左右两侧几乎抵消，和降到 " + value_of("cell.sum0", query.c_str()) + "。边缘检测器在山顶上是安静的。"};
    return e;
}

Exercise count_parameters() {
    Exercise e;
    e.id = "count-parameters";
    e.kind = ExerciseKind::number;
    e.question = {"A first layer takes a colour photo (3 channels) to 8 channels with a 5 × 5 window, biases included. How many parameters?",
                  "第一层把彩色照片（3 个通道）变成 8 个通道，窗口 5 × 5，带偏置。一共有多少个参数？"};
    e.answer = [] { return static_cast<double>(conv_params({3, 8, 5, 1, true, 1})); };
    e.mistakes = {{static_cast<double>(conv_params({3, 8, 5, 1, false, 1})), {"Those are the weights. Every filter has a bias as well.", "这是权重的个数。每个滤波器还有一个偏置。"}},
                  {static_cast<double>(conv_params({1, 8, 5, 1, true, 1})), {"A filter is not one kernel: it has one for each of the 3 channels that come in.", "一个滤波器不止一个核：输入的 3 个通道各有一个。"}},
                  {static_cast<double>(conv_params({1, 8, 5, 1, false, 1})), {"That is one kernel a filter and no bias. How many channels does a filter read?", "这是每个滤波器一个核、没有偏置。一个滤波器要读几个通道？"}},
                  {static_cast<double>(conv_params({3, 8, 5, 1, false, 1}) + 1), {"One bias for the whole layer is too few: every output channel adds its own.", "整层只有一个偏置就太少了：每个输出通道各加一个。"}}};
    e.hints = {{"How many kernels are in one filter?", "一个滤波器有几个卷积核？"}, {"One filter: 3 · 5 · 5 weights and 1 bias.", "一个滤波器：3 · 5 · 5 个权重和 1 个偏置。"}};
    e.explanation = {"(3 · 5 · 5 + 1) · 8 = 608. The size of the photo does not appear.", "(3 · 5 · 5 + 1) · 8 = 608。式子里没有照片的大小。"};
    return e;
}

Exercise first_layer_size() {
    Exercise e;
    e.id = "first-layer-size";
    e.kind = ExerciseKind::number;
    e.question = {"A 224 × 224 photo, a 7 × 7 window, stride 2, padding 3. How many rows has the output?", "照片 224 × 224，窗口 7 × 7，步幅 2，填充 3。输出有多少行？"};
    e.answer = [] { return static_cast<double>(output_size(224, 7, 2, 3, 3, 1)); };
    e.mistakes = {{static_cast<double>(output_size(224, 7, 2, 3, 3, 1) - 1), {"Either the first stop was not counted, or the padding was added on one side only.", "要么漏了最初的那一次，要么填充只算了一边。"}},
                  {static_cast<double>(output_size(224, 7, 2, 0, 0, 1)), {"That is the layer without padding: 3 rows of zeros stand above and 3 below.", "这是没有填充时的行数：上边和下边各有 3 行零。"}},
                  {static_cast<double>(output_size(224, 7, 1, 3, 3, 1)), {"So it would be at stride 1.", "步幅为 1 时才是这样。"}},
                  {112.5, {"A window stands somewhere or it does not: half a stop is none.", "窗口要么停住，要么不停，没有半次。"}}};
    e.hints = {{"The room is 224 + 6 − 7.", "余地是 224 + 6 − 7。"}, {"223 / 2, rounded down, and one for the first stop.", "223 / 2 向下取整，再加最初的一次。"}};
    e.explanation = {"⌊223 / 2⌋ + 1 = 112. The stride does not divide, so the last of the padding is never read, and nobody minds.",
                     "⌊223 / 2⌋ + 1 = 112。步幅除不尽，填充的最后一行没有读到，这没有关系。"};
    return e;
}

Exercise why_unread() {
    Exercise e;
    e.id = "why-unread";
    e.question = {"At [stride 3](?s=3) somebody writes 99 into the last row of the input. Which output cells change?", "[步幅为 3](?s=3) 时，有人在输入的最后一行写了 99。哪些输出格会变？"};
    e.options = {
        {{"None", "都不变"}, {"The windows stand at rows 0 and 3 and reach row 5. A third stop would need rows 6 to 8.", "窗口停在第 0 行和第 3 行，最远读到第 5 行。再停一次就需要第 6 到 8 行。"}, true},
        {{"The last row of the output", "输出的最后一行"}, {"It reads rows 3 to 5. The brackets of the formula threw the rest of the division away.", "它读的是第 3 到 5 行。公式里的取整把除法的余数丢掉了。"}, false},
        {{"It is an error: 3 does not divide 4", "报错：3 除不尽 4"}, {"Frameworks round down. No error tells you that a row is lost.", "框架向下取整。丢了一行，不会有任何报错。"}, false},
    };
    e.solution = "s=3";
    e.explanation = {"Hatched cells are never read. Try it: click one and type.", "画斜线的格子永远读不到。点一格，改个数试试。"};
    return e;
}

Exercise whose_bias() {
    Exercise e;
    e.id = "which-counts-biases";
    e.question = {"A layer of 4 filters on 3 channels, 3 × 3. What are there four of?", "一层有 4 个滤波器，输入 3 个通道，窗口 3 × 3。哪一样正好是四个？"};
    e.options = {
        {{"Biases", "偏置"}, {"One a filter, added once after all channels.", "每个滤波器一个，所有通道加完之后加一次。"}, true},
        {{"Kernels", "卷积核"}, {"There are 12: each filter has one for each of the 3 channels.", "有 12 个：每个滤波器为 3 个通道各备一个。"}, false},
        {{"Weights", "权重"}, {"There are 4 · 3 · 9 = 108.", "有 4 · 3 · 9 = 108 个。"}, false},
        {{"Products behind one output cell", "一个输出格背后的乘积"}, {"There are 27: 9 in each of the 3 channels. The other filters have their own.", "有 27 个：3 个通道各 9 个。别的滤波器另算。"}, false},
    };
    e.solution = "cout=4";
    e.explanation = {"Filters, biases and output channels go together.", "滤波器、偏置、输出通道，三者一一对应。"};
    return e;
}

Exercise silence_the_cell() {
    Exercise e;
    e.id = "silence-the-cell";
    e.kind = ExerciseKind::goal;
    e.question = {"Make the cell at row 2, column 1 of output 0 exactly 0 by changing *weights* only: leave the input, the bias and the sliders alone.",
                  "只改*权重*，让输出 0 的第 2 行第 1 列正好等于 0：不要动输入、偏置和滑块。"};
    e.is_reached = [](const Settings& settings) {
        const Params p = read_params(members(), settings);
        Params only_weights;
        only_weights.weights = p.weights, only_weights.row = p.row, only_weights.col = p.col, only_weights.filter = p.filter;
        const bool is_fair = to_settings(members(), only_weights) == to_settings(members(), p);
        return is_fair && p.row == 2 && p.col == 1 && p.filter == 0 && compute(p).cell_value == 0;
    };
    e.solution = "weights=0.1.2.2:-22";
    e.hints = {{"A weight pulls as hard as the number it stands on.", "权重压在多大的数上，就有多大的力气。"},
               {"In channel 1 the lower right cell of the window holds a 1: there a weight of w moves the output by w.", "通道 1 里窗口右下角的数是 1：那里的权重是 w，输出就移动 w。"}};
    e.explanation = {"The output is a straight line in every single weight: its slope is the input the weight covers. Training uses nothing else.", "对每一个权重来说，输出都是一条直线，斜率就是它所盖住的输入。训练靠的正是这一点。"};
    return e;
}

Exercise lose_two_rows() {
    Exercise e;
    e.id = "lose-two-rows";
    e.kind = ExerciseKind::goal;
    e.question = {"Set kernel, stride and padding so that exactly two rows and two columns of the input are cut off at the end, never to be read.",
                  "设置卷积核、步幅和填充，让输入末尾正好有两行两列被切掉，永远读不到。"};
    e.is_reached = [](const Settings& settings) {
        const Result r = compute(read_params(members(), settings));
        return r.unread_rows == 2 && r.unread_columns == 2;
    };
    e.solution = "k=2&s=3";
    e.hints = {{"What is cut off is the remainder of a division by the stride.", "被切掉的，是除以步幅之后的余数。"}, {"With a 2 × 2 window there is room for 5 steps.", "窗口 2 × 2 时，余地是 5。"}};
    e.explanation = {"(7 + 2p − K) must leave 2 when divided by s, and padding must not take the loss upon itself.", "(7 + 2p − K) 除以 s 要余 2，而且损失不能由填充来承担。"};
    return e;
}

std::vector<Exercise> exercises() {
    return {larger_picture(), watch_one_cell(), complete_one_cell(), next_cell(), count_parameters(), first_layer_size(), why_unread(), whose_bias(), silence_the_cell(), lose_two_rows()};
}

}  // namespace

REGISTER_EXERCISES(exercises);

}  // namespace convbook::ch01
