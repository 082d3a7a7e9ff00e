// Exercises on screen, as the look's components show them. Leaves out what an answer does (exercise_view.cpp).
#include <algorithm>

#include "compat.h"
#include "exercise_view.h"
#include "rich_text.h"
#include "ui_text.h"

namespace convbook::kit {
namespace {

const Text& kind_heading(const Exercise& exercise) {
    if (exercise.support == Support::worked) return say::kind_worked;
    if (exercise.support == Support::half_worked) return say::kind_half_worked;
    switch (exercise.kind) {
        case ExerciseKind::number: return say::kind_number;
        case ExerciseKind::predict: return say::kind_predict;
        case ExerciseKind::goal: return say::kind_goal;
        case ExerciseKind::choice: break;
    }
    return say::kind_choice;
}

// The heading above says "Predict, then look": a question that opens with the same words goes on after them
std::string_view without_heading(std::string_view question, std::string_view heading) {
    if (!question.starts_with(heading)) return question;
    question.remove_prefix(heading.size());
    for (const std::string_view sign : {".", ":", "。", "：", "，", " "})
        while (question.starts_with(sign)) question.remove_prefix(sign.size());
    return question;
}

// A verdict: sign, word and sentence, never a colour alone
float verdict(ImVec2 at, float width, bool is_right, const std::string& words) {
    const float height = text_block_height(width - px(42), Type::table_strong, words) + px(16);
    fill({at.x - px(10), at.y, width + px(20), height}, colour(is_right ? Ink::output_tint : Ink::bad_tint), 6);
    icon({at.x + px(7), at.y + px(8) + line_height(Type::table_strong) / 2}, is_right ? Icon::check : Icon::cross, colour(is_right ? Ink::output : Ink::bad));
    text_block({at.x + px(30), at.y + px(8)}, width - px(42), Type::table_strong, colour(is_right ? Ink::output : Ink::bad), words);
    return height + px(8);
}

}  // namespace

float ExerciseView::draw_head(ImVec2 at, float width) {
    line({at.x, at.y}, {at.x + width, at.y}, colour(Ink::rule));
    float y = at.y + px(14);
    const std::string& heading = tr(kind_heading(current()));
    text({at.x, y}, Type::table_strong, colour(Ink::ink), heading);
    // "3 of 7", and whether this one is solved or worth another look
    const auto known = progress_->exercises.find(current().id);
    const ExerciseProgress kept = known == progress_->exercises.end() ? ExerciseProgress{} : known->second;
    const int count = static_cast<int>(chapter_->exercises.size());
    std::string place = fill_in(tr(say::exercise_of), {std::to_string(progress_->exercise + 1), std::to_string(count)});
    if (kept.is_solved) place = tr(say::solved_mark) + " · " + place;
    else if (kept.is_worth_another_look) place = tr(say::missed_mark) + " · " + place;
    text({at.x + width, y + px(2)}, Type::caption, colour(Ink::ink3), place, AlignX::right);
    y += line_height(Type::table) + px(4);
    y += rich_text({at.x, y}, width, Type::body, colour(Ink::ink), without_heading(tr(current().question), heading));
    return y + px(10) - at.y;
}

float ExerciseView::draw_option(ImVec2 at, float width, int index) {
    const Option& option = current().options[static_cast<std::size_t>(index)];
    const float inner = width - px(31);
    const bool is_wrong_choice = is_ruled_out(index), is_right = is_revealed_ && option.is_right, explains = is_revealed_ || is_wrong_choice;
    const float words = rich_text_height(inner, Type::table_strong, tr(option.words));
    const float height = words + (explains ? rich_text_height(inner, Type::label, tr(option.why)) : 0) + px(12);
    const Area box{at.x - px(10), at.y, width + px(20), height};
    // Tint, sign and word tell right from wrong
    const Colour tone = is_right ? colour(Ink::output) : is_wrong_choice ? colour(Ink::bad) : colour(Ink::ink);
    if (is_right || is_wrong_choice) fill(box, colour(is_right ? Ink::output_tint : Ink::bad_tint), 6);
    const ImVec2 sign{at.x + px(7), at.y + px(6) + line_height(Type::table_strong) / 2};
    if (is_right) icon(sign, Icon::check, tone);
    else if (is_wrong_choice) icon(sign, Icon::cross, tone);
    if (!explains) {
        const Hit pressed = hit(("option " + std::to_string(index + 1)).c_str(), box);
        if (pressed.is_hovered) fill(box, colour(Ink::sunk), 6);
        if (pressed.was_clicked) answer_option(index);
    }
    if (!is_right && !is_wrong_choice) ring(sign, px(5.5f), colour(Ink::rule), 1);
    const ImVec2 left{at.x + px(31), at.y + px(6)};
    rich_text(left, inner, Type::table_strong, tone, tr(option.words));
    if (is_right || is_wrong_choice) {
        const float w = text_width(Type::table_strong, tr(option.words)) + px(8);
        const Text& word = is_wrong_choice ? say::your_answer : say::right;
        if (w + text_width(Type::label, tr(word)) < inner) text({left.x + w, left.y + px(1)}, Type::label, tone, tr(word));
    }
    if (explains) rich_text({left.x, left.y + words}, inner, Type::label, colour(Ink::ink2), tr(option.why));
    return height;
}

float ExerciseView::draw_options(ImVec2 at, float width) {
    float y = at.y;
    for (int i = 0; i < static_cast<int>(current().options.size()); ++i) y += draw_option({at.x, y}, width, i);
    return y + px(8) - at.y;
}

float ExerciseView::draw_number(ImVec2 at, float width) {
    float y = at.y;
    if (!is_revealed_) {
        // Leaving the field keeps what was typed; Enter and the button check it
        const bool is_enter = compat::is_enter_pressed();
        const auto typed = number_field("answer", {at.x, y, px(120), px(32)}, typed_, !trouble_.empty());
        if (typed) typed_ = *typed;
        const bool was_entered = typed && is_enter;
        const bool is_asked = button("check", {at.x + px(132), y}, tr(say::check), ButtonLook::primary);
        if ((is_asked || was_entered) && !typed_.empty()) answer_number(typed_);
        y += px(40);
        if (!trouble_.empty()) return y + text_block({at.x, y}, width, Type::label, colour(Ink::bad), trouble_) + px(4) - at.y;
        return misses_ > 0 ? y + draw_remark({at.x, y}, width) - at.y : y - at.y;
    }
    const std::string truth = format_answer(current().answer(), current().tolerance);
    const bool is_guess = current().kind == ExerciseKind::predict;
    const std::string words = was_right_ ? fill_in(tr(is_guess ? say::verdict_guess_right : say::verdict_right), {truth})
                                         : fill_in(tr(is_guess ? say::verdict_guess : say::verdict_wrong), {record().answer, truth});
    if (was_right_ || is_guess) return verdict({at.x, y}, width, was_right_, words);
    // Given up before anything was written, or written twice and wrong
    y += verdict({at.x, y}, width, misses_ == 0, misses_ == 0 ? fill_in(tr(say::verdict_told), {truth}) : words);
    return tr(remark_).empty() ? y - at.y : y + rich_text({at.x, y}, width, Type::table, colour(Ink::ink2), tr(remark_)) + px(8) - at.y;
}

// "Not 2880": what was probably overlooked, while the field waits for a second answer
float ExerciseView::draw_remark(ImVec2 at, float width) {
    const float height = verdict(at, width, false, fill_in(tr(say::verdict_not_yet), {record().answer}));
    if (tr(remark_).empty()) return height;
    return height + rich_text({at.x, at.y + height}, width, Type::table, colour(Ink::ink), tr(remark_)) + px(8);
}

float ExerciseView::draw_predict(ImVec2 at, float width) {
    if (current().options.empty()) return draw_number(at, width);
    if (is_revealed_) return draw_options(at, width);
    // The guesses as a row of buttons
    float x = at.x, y = at.y;
    for (int i = 0; i < static_cast<int>(current().options.size()); ++i) {
        const std::string& words = tr(current().options[static_cast<std::size_t>(i)].words);
        const float w = button_width(words);
        if (x > at.x && x + w > at.x + width) x = at.x, y += px(40);
        if (button(("option " + std::to_string(i + 1)).c_str(), {x, y}, words)) answer_option(i);
        x += w + px(8);
    }
    return y + px(44) - at.y;
}

float ExerciseView::draw_goal(ImVec2 at, float width) {
    if (is_revealed_ && was_right_) return verdict(at, width, true, tr(say::goal_reached));
    return text_block(at, width, Type::label, colour(Ink::ink2), tr(has_shown_solution_ ? say::goal_shown : say::goal_open)) + px(10);
}

float ExerciseView::draw_answer(ImVec2 at, float width) {
    switch (current().kind) {
        case ExerciseKind::choice: return draw_options(at, width);
        case ExerciseKind::number: return draw_number(at, width);
        case ExerciseKind::predict: return draw_predict(at, width);
        case ExerciseKind::goal: return draw_goal(at, width);
    }
    return 0;
}

float ExerciseView::draw_hints(ImVec2 at, float width) {
    const int count = static_cast<int>(current().hints.size());
    float y = at.y;
    for (int i = 0; i < std::min(hints_shown_, count); ++i) {
        const float height = rich_text_height(width - px(20), Type::table, tr(current().hints[static_cast<std::size_t>(i)]));
        fill({at.x, y, px(2), height}, colour(Ink::rule));
        y += rich_text({at.x + px(14), y}, width - px(20), Type::table, colour(Ink::ink2), tr(current().hints[static_cast<std::size_t>(i)])) + px(8);
    }
    return y - at.y;
}

float ExerciseView::draw_explanation(ImVec2 at, float width) {
    const bool shows = is_revealed_ || has_shown_solution_;
    if (!shows) return 0;
    float y = at.y;
    if (current().support == Support::worked && current().answer)
        y += verdict({at.x, y}, width, true, fill_in(tr(say::verdict_right), {format_answer(current().answer(), current().tolerance)}));
    return y + rich_text({at.x, y}, width, Type::table, colour(Ink::ink), tr(current().explanation)) + px(12) - at.y;
}

float ExerciseView::draw_feet(ImVec2 at, float width) {
    float x = at.x, y = at.y;
    const auto place = [&](const std::string& words, ButtonLook look = ButtonLook::plain) {
        const float w = button_width(words);
        if (x > at.x && x + w > at.x + width) x = at.x, y += px(40);
        // Words without a frame stand on the text's edge themselves
        if (look == ButtonLook::quiet && x == at.x) x -= px(14);
        const ImVec2 spot{x, y};
        x += w + px(8);
        return spot;
    };
    const Exercise& exercise = current();
    const int hints = static_cast<int>(exercise.hints.size());
    const bool is_worked = exercise.support == Support::worked;
    // Forward
    if (is_worked && !is_revealed_) {
        if (button("step", place(tr(say::next_step)), tr(say::next_step), ButtonLook::primary) && ++hints_shown_ > hints) settle(true, "watched");
    } else if (is_revealed_ || has_shown_solution_) {
        if (button("next", place(tr(say::next)), tr(say::next), ButtonLook::primary)) return show_next(), y + px(40) - at.y;
    }
    // The solution in the figure, once the answer is out; a goal may be shown at any time
    const bool may_set = !exercise.solution.empty() && (is_revealed_ || exercise.kind == ExerciseKind::goal || is_worked);
    if (may_set && button("set", place(tr(say::set_in_figure)), tr(say::set_in_figure))) {
        has_shown_solution_ |= exercise.kind == ExerciseKind::goal && !is_revealed_;
        host_->set_query(exercise.solution);
        if (has_shown_solution_) record().is_worth_another_look = !record().is_solved;
    }
    if (is_revealed_ && !was_right_ && button("again", place(tr(say::try_again)), tr(say::try_again))) turn_to(progress_->exercise);
    const bool may_ask = !is_revealed_ && (misses_ > 0 || (hints > 0 && hints_shown_ == hints)) && (exercise.kind == ExerciseKind::number || exercise.kind == ExerciseKind::choice);
    if (may_ask && button("solution", place(tr(say::show_solution)), tr(say::show_solution))) reveal();
    if (!is_revealed_ && !is_worked && hints_shown_ < hints) {
        const std::string& words = tr(hints_shown_ == 0 ? say::show_hint : say::next_hint);
        if (button("hint", place(words, ButtonLook::quiet), words, ButtonLook::quiet)) ++hints_shown_;
    }
    if (!is_revealed_ && !has_shown_solution_ && chapter_->exercises.size() > 1) {
        if (button("skip", place(tr(say::next), ButtonLook::quiet), tr(say::next), ButtonLook::quiet)) show_next();
    }
    return y + px(40) - at.y;
}

float ExerciseView::draw(ImVec2 at, float width) {
    if (chapter_->exercises.empty()) return 0;
    ImGui::PushID("exercise");
    if (is_reviewing_) {
        const float height = draw_review(at, width);
        ImGui::PopID();
        return height;
    }
    watch_goal();
    float y = at.y;
    y += draw_head({at.x, y}, width);
    if (current().support != Support::worked) y += draw_answer({at.x, y}, width);
    y += draw_hints({at.x, y}, width);
    y += draw_explanation({at.x, y}, width);
    y += draw_feet({at.x, y}, width);
    ImGui::PopID();
    return y - at.y;
}

}  // namespace convbook::kit
