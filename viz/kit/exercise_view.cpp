// What an answer does: checked, remembered, explained. Drawing is in exercise_draw.cpp.
#include "exercise_view.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ui_text.h"

namespace convbook::kit {

ExerciseView::ExerciseView(const Chapter& chapter, FigureHost& host, ChapterProgress& progress) : chapter_(&chapter), host_(&host), progress_(&progress) {
    for (const auto& [name, guess] : progress.guesses) host.set_guess(name, guess);
    if (!chapter.exercises.empty()) turn_to(std::clamp(progress.exercise, 0, static_cast<int>(chapter.exercises.size()) - 1));
}

const Exercise& ExerciseView::current() const { return chapter_->exercises[static_cast<std::size_t>(progress_->exercise)]; }
ExerciseProgress& ExerciseView::record() { return progress_->exercises[current().id]; }
int ExerciseView::solved_count() const { return count_solved(*chapter_, *progress_); }

void ExerciseView::turn_to(int index) {
    progress_->exercise = index;
    hints_shown_ = misses_ = 0;
    is_reviewing_ = false;
    ruled_out_.clear();
    remark_ = {};
    typed_.clear();
    trouble_.clear();
    has_shown_solution_ = false;
    // What was solved is shown as it was answered; what was missed is asked afresh
    const auto known = progress_->exercises.find(current().id);
    is_revealed_ = was_right_ = known != progress_->exercises.end() && known->second.is_solved;
    if (is_revealed_ && current().options.empty()) typed_ = known->second.answer;
    if (is_revealed_ && current().support == Support::worked) hints_shown_ = static_cast<int>(current().hints.size());
}

void ExerciseView::show(const std::string& id) {
    for (std::size_t i = 0; i < chapter_->exercises.size(); ++i)
        if (chapter_->exercises[i].id == id) turn_to(static_cast<int>(i));
}

void ExerciseView::show_next() {
    const int count = static_cast<int>(chapter_->exercises.size());
    // The next in the book's order, then the review, then what is still open
    if (!is_reviewing_ && progress_->exercise + 1 < count) return turn_to(progress_->exercise + 1);
    if (!is_reviewing_) return void(is_reviewing_ = true);
    for (int i = 0; i < count; ++i) {
        const auto known = progress_->exercises.find(chapter_->exercises[static_cast<std::size_t>(i)].id);
        if (known == progress_->exercises.end() || !known->second.is_solved) return turn_to(i);
    }
    turn_to(0);
}

void ExerciseView::settle(bool is_right, const std::string& answer) {
    ExerciseProgress& kept = record();
    kept.answer = answer;
    ++kept.tries;
    kept.is_solved |= is_right;
    kept.is_worth_another_look = !is_right;
    was_right_ = is_right;
    misses_ += is_right ? 0 : 1;
    is_revealed_ = is_right || misses_ > 1 || current().kind == ExerciseKind::predict;
}

void ExerciseView::reveal() {
    is_revealed_ = true;
    was_right_ = false;
    record().is_worth_another_look = !record().is_solved;
}

void ExerciseView::note_guess(double guess) {
    const Exercise& exercise = current();
    if (exercise.kind != ExerciseKind::predict || exercise.value_name.empty()) return;
    host_->set_guess(exercise.value_name, guess);
    progress_->guesses[exercise.value_name] = guess;
}

bool ExerciseView::is_ruled_out(int option) const { return std::find(ruled_out_.begin(), ruled_out_.end(), option) != ruled_out_.end(); }

void ExerciseView::answer_option(int option) {
    const Option& chosen = current().options.at(static_cast<std::size_t>(option));
    if (!chosen.is_right) ruled_out_.push_back(option);
    if (const auto guess = read_number(chosen.words.en)) note_guess(*guess);
    settle(chosen.is_right, std::to_string(option));
}

void ExerciseView::answer_number(const std::string& typed) {
    typed_ = typed;
    const auto number = read_number(typed);
    if (!number) {
        trouble_ = fill_in(tr(say::not_a_number), {typed});
        return;
    }
    trouble_.clear();
    note_guess(*number);
    const Exercise& exercise = current();
    settle(std::abs(*number - exercise.answer()) <= exercise.tolerance + 1e-9, typed);
    // What was overlooked, if that is known; else the next hint
    const Mistake* mistake = find_mistake(exercise, *number);
    remark_ = mistake ? mistake->words : Text{};
    if (!is_revealed_ && !mistake) hints_shown_ = std::max(hints_shown_, 1);
    if (!is_revealed_) typed_.clear();  // room for the second try
}

const Mistake* find_mistake(const Exercise& exercise, double number) {
    const auto found = std::find_if(exercise.mistakes.begin(), exercise.mistakes.end(), [&](const Mistake& one) { return std::abs(one.value - number) <= exercise.tolerance + 1e-9; });
    return found == exercise.mistakes.end() ? nullptr : &*found;
}

void ExerciseView::watch_goal() {
    const Exercise& exercise = current();
    if (exercise.kind != ExerciseKind::goal || !exercise.is_reached) return;
    const bool is_reached = exercise.is_reached(host_->settings());
    // Leaving the shown solution gives the reader a fresh start
    if (!is_reached) has_shown_solution_ = false;
    if (is_reached && !has_shown_solution_ && !is_revealed_) settle(true, "reached");
}

int count_solved(const Chapter& chapter, const ChapterProgress& progress) {
    return static_cast<int>(std::count_if(chapter.exercises.begin(), chapter.exercises.end(), [&](const Exercise& e) {
        const auto known = progress.exercises.find(e.id);
        return known != progress.exercises.end() && known->second.is_solved;
    }));
}

std::string format_answer(double answer, double tolerance) {
    if (std::abs(answer - std::round(answer)) < 1e-9) return format_count(std::llround(answer));
    // One digit finer than the tolerance
    const int digits = tolerance > 0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(tolerance))) + 1, 1, 6) : 4;
    return format_decimal(answer, digits);
}

std::optional<double> read_number(std::string_view typed) {
    // Readers write thin spaces, commas and the true minus sign
    std::string plain;
    for (std::size_t at = 0; at < typed.size(); ++at) {
        if (typed.substr(at).starts_with("−")) plain += '-', at += std::string_view("−").size() - 1;
        else if (typed.substr(at).starts_with("\u2009")) at += 2;
        else if (typed[at] != ' ' && typed[at] != ',') plain += typed[at];
    }
    double scale = 1;
    if (plain.ends_with('%')) plain.pop_back(), scale = 0.01;
    else if (plain.ends_with('M')) plain.pop_back(), scale = 1e6;
    const std::size_t slash = plain.find('/');
    const auto whole = [](const std::string& text) -> std::optional<double> {
        char* end = nullptr;
        const double number = std::strtod(text.c_str(), &end);
        return text.empty() || *end || !std::isfinite(number) ? std::nullopt : std::optional(number);
    };
    if (slash == plain.npos) {
        const auto number = whole(plain);
        return number ? std::optional(*number * scale) : std::nullopt;
    }
    const auto above = whole(plain.substr(0, slash)), below = whole(plain.substr(slash + 1));
    return above && below && *below != 0 ? std::optional(*above / *below * scale) : std::nullopt;
}

}  // namespace convbook::kit
