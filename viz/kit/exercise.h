// Exercises as data: what a chapter asks, how an answer is checked, what is said afterwards. No drawing here (exercise_view.h), so tests can solve them.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "convbook/lesson.h"

namespace convbook::kit {

struct Option { Text words; Text why; bool is_right = false; };  ///< `why` says why it is right or wrong
/// A wrong number that readers are known to write, and what they had overlooked; said before the solution is. Computed by the lesson.
struct Mistake { double value = 0; Text words; };
enum class ExerciseKind {
    choice,    ///< pick one option
    number,    ///< type a number; the lesson computes the answer
    predict,   ///< guess a value before the figure shows it; the guess stays beside the truth
    goal       ///< make it happen in the figure: `is_reached` decides
};
enum class Support { worked, half_worked, alone };  ///< watch one solved, complete one half solved, do one alone

struct Exercise {
    std::string id;                ///< unique in the chapter, stable: progress is kept under it
    ExerciseKind kind = ExerciseKind::choice;
    Support support = Support::alone;
    Text question;                 ///< Markdown of one paragraph: $formulas$ and links allowed
    std::vector<Option> options;   ///< choice; predict: the values offered as buttons (may be empty: typed)
    std::function<double()> answer;         ///< number, predict: computed by the lesson, never typed
    double tolerance = 0;                   ///< absolute
    std::vector<Mistake> mistakes;          ///< number
    std::string value_name;                 ///< predict: the figure's value the guess stands beside
    std::function<bool(const Settings&)> is_reached;  ///< goal
    std::string solution;                   ///< query of a state that shows (goal: reaches) it; "Set it in the figure"
    std::vector<Text> hints;                ///< in steps
    Text explanation;                       ///< worked, shown after the answer
};

}  // namespace convbook::kit
