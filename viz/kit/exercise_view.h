// The exercises at the end of a chapter: one on show at a time, answered, explained, remembered; at their end those worth another look.
// A first wrong answer is met with what was probably overlooked, the solution with a second one or when asked for. A guess is no answer: the truth
// stands beside it at once. Leaves out what is asked: exercise.h and the chapters.
#pragma once
#include "figure_host.h"
#include "progress.h"

namespace convbook::kit {

class ExerciseView {
public:
    /// `progress` is the reader's; it outlives the view and is changed by it.
    ExerciseView(const Chapter& chapter, FigureHost& host, ChapterProgress& progress);
    /// Draws at `at` and returns the height used. The goal on show is checked against the figure's state in every frame.
    float draw(ImVec2 at, float width);
    void show(const std::string& id);
    const Exercise& current() const;
    int solved_count() const;
    /// Answers as the reader would (used by the controls, and by tests): an option's index, or a typed number.
    void answer_option(int option);
    void answer_number(const std::string& typed);
    void show_next();
    /// Gives up: the answer and its explanation are shown.
    void reveal();
    bool is_revealed() const { return is_revealed_; }
    /// The end of the exercises: what is solved, and what is worth another look.
    bool is_reviewing() const { return is_reviewing_; }

private:
    const Chapter* chapter_;
    FigureHost* host_;
    ChapterProgress* progress_;
    int hints_shown_ = 0;
    bool is_reviewing_ = false;
    int misses_ = 0;                   ///< since the exercise was turned to
    std::vector<int> ruled_out_;       ///< options that were chosen and are wrong
    Text remark_;                      ///< what a first wrong number has probably overlooked
    bool is_revealed_ = false;         ///< the answer and its explanation are on show
    bool was_right_ = false;
    bool has_shown_solution_ = false;  ///< the goal was set by the button, not reached by the reader
    std::string typed_, trouble_;
    ExerciseProgress& record();
    void turn_to(int index);
    void settle(bool is_right, const std::string& answer);
    void note_guess(double guess);
    bool is_ruled_out(int option) const;
    void watch_goal();
    float draw_head(ImVec2 at, float width);
    float draw_options(ImVec2 at, float width);
    float draw_option(ImVec2 at, float width, int index);
    float draw_number(ImVec2 at, float width);
    float draw_remark(ImVec2 at, float width);
    float draw_predict(ImVec2 at, float width);
    float draw_goal(ImVec2 at, float width);
    float draw_answer(ImVec2 at, float width);
    float draw_hints(ImVec2 at, float width);
    float draw_explanation(ImVec2 at, float width);
    float draw_feet(ImVec2 at, float width);
    float draw_review(ImVec2 at, float width);
    float draw_review_row(ImVec2 at, float width, int index);
};
/// The known mistake behind a number, or null.
const Mistake* find_mistake(const Exercise& exercise, double number);
/// Exercises of a chapter that are solved, for the rings of the contents.
int count_solved(const Chapter& chapter, const ChapterProgress& progress);
/// A computed answer as it is written: as many digits as its tolerance lets count.
std::string format_answer(double answer, double tolerance);
/// Reads 704, 10,838,016, 0.1424, −2, 1/9, 14.2% ; empty if it is no number.
std::optional<double> read_number(std::string_view typed);

}  // namespace convbook::kit
