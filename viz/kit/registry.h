// Chapters register their figure and exercises here; the app sees only this list. Number, titles and questions come from folders and READMEs.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exercise.h"
#include "figure.h"

namespace convbook::kit {

struct Chapter {
    std::string folder;              ///< "07_depthwise_separable"
    std::string number;              ///< "07"
    Text title, question;            ///< from the READMEs' first heading and first emphasised paragraph
    const Lesson* lesson = nullptr;
    std::function<std::unique_ptr<Figure>()> make_figure;
    std::vector<Exercise> exercises;
};
bool register_figure(const char* folder, std::function<std::unique_ptr<Figure>()> make);
bool register_exercises(const char* folder, std::function<std::vector<Exercise>()> make);
/// Complete chapters, sorted by number.
const std::vector<Chapter>& list_chapters();
const Chapter* find_chapter(std::string_view number_or_folder);
/// The embedded README of a chapter.
std::string_view chapter_text(const Chapter& chapter, Language language);

}  // namespace convbook::kit

/// Last line of figure.cpp and of exercises.cpp. CONVBOOK_CHAPTER comes from the build.
#define REGISTER_CHAPTER(FigureType) \
    static const bool figure_is_registered = ::convbook::kit::register_figure(CONVBOOK_CHAPTER, [] { return std::make_unique<FigureType>(); })
#define REGISTER_EXERCISES(make) static const bool exercises_are_registered = ::convbook::kit::register_exercises(CONVBOOK_CHAPTER, make)
