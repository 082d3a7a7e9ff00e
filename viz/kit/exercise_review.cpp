// After the last exercise: how many are solved, and those to look at once more, missed ones first. Leaves out answering (exercise_view.cpp).
#include <array>

#include "exercise_view.h"
#include "markdown.h"
#include "ui_text.h"

namespace convbook::kit {
namespace {

enum class Standing { missed, untried, second_try, solved };

Standing standing_of(const Exercise& exercise, const ChapterProgress& progress) {
    const auto known = progress.exercises.find(exercise.id);
    if (known == progress.exercises.end() || known->second.tries == 0) return known != progress.exercises.end() && known->second.is_worth_another_look ? Standing::missed : Standing::untried;
    if (known->second.is_worth_another_look || !known->second.is_solved) return Standing::missed;
    return known->second.tries > 1 ? Standing::second_try : Standing::solved;
}

struct Group { Standing standing; const Text* heading; Icon sign; Ink ink; };
constexpr std::array<Group, 3> kGroups{{{Standing::missed, &say::worth_another_look, Icon::cross, Ink::bad},
                                        {Standing::untried, &say::review_untried, Icon::forward, Ink::ink3},
                                        {Standing::second_try, &say::review_second_try, Icon::check, Ink::output}}};

}  // namespace

float ExerciseView::draw_review_row(ImVec2 at, float width, int index) {
    const std::string words = plain_text(parse_markdown(tr(chapter_->exercises[static_cast<std::size_t>(index)].question)).blocks.front().spans);
    const float inner = width - px(31), height = text_block_height(inner, Type::table, words) + px(10);
    const Area row{at.x - px(10), at.y, width + px(20), height};
    const Hit pressed = hit(("review " + std::to_string(index + 1)).c_str(), row);
    if (pressed.is_hovered) fill(row, colour(Ink::sunk), 6);
    text({at.x, at.y + px(5)}, Type::table, colour(Ink::ink3), std::to_string(index + 1));
    text_block({at.x + px(31), at.y + px(5)}, inner, Type::table, colour(pressed.is_hovered ? Ink::ink : Ink::ink2), words);
    if (pressed.was_clicked) turn_to(index);
    return height;
}

float ExerciseView::draw_review(ImVec2 at, float width) {
    const int count = static_cast<int>(chapter_->exercises.size()), solved = solved_count();
    line({at.x, at.y}, {at.x + width, at.y}, colour(Ink::rule));
    float y = at.y + px(14);
    text({at.x, y}, Type::table_strong, colour(Ink::ink), tr(say::review));
    y += line_height(Type::table) + px(4);
    const std::string sum = solved == count ? fill_in(tr(say::review_all_solved), {std::to_string(count)}) : fill_in(tr(say::solved_of), {std::to_string(solved), std::to_string(count)});
    y += text_block({at.x, y}, width, Type::body, colour(Ink::ink), sum) + px(10);
    // Each standing under its heading, with a sign and a word, in the book's order
    for (const Group& group : kGroups) {
        bool has_heading = false;
        for (int index = 0; index < count; ++index) {
            if (standing_of(chapter_->exercises[static_cast<std::size_t>(index)], *progress_) != group.standing) continue;
            if (!std::exchange(has_heading, true)) {
                icon({at.x + px(7), y + px(4) + line_height(Type::label_strong) / 2}, group.sign, colour(group.ink));
                text({at.x + px(31), y + px(4)}, Type::label_strong, colour(group.ink), tr(*group.heading));
                y += line_height(Type::label_strong) + px(8);
            }
            y += draw_review_row({at.x, y}, width, index);
            if (!is_reviewing_) return y - at.y;  // a row was pressed: the next frame asks it
        }
        y += has_heading ? px(8) : 0;
    }
    const std::string& on = tr(solved == count ? say::once_more : say::go_on_with_open);
    if (button("go on", {at.x, y}, on, solved == count ? ButtonLook::plain : ButtonLook::primary)) show_next();
    return y + px(40) - at.y;
}

}  // namespace convbook::kit
