// What the book remembers between runs: answers, guesses, where the reader was, and the reader's choices. One small file, written whole or not at all.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "convbook/lesson.h"

namespace convbook::kit {

struct ExerciseProgress {
    bool is_solved = false;
    bool is_worth_another_look = false;  ///< missed, and not yet answered rightly at a later try
    int tries = 0;
    std::string answer;                  ///< the last answer as given: the option's index or the typed number
};
struct ChapterProgress {
    std::map<std::string, ExerciseProgress> exercises;  ///< by id
    std::map<std::string, double> guesses;              ///< by the value's name
    int exercise = 0;                                   ///< the one on show
    float scroll = 0;                                   ///< logical pixels
    bool is_opened = false;
};
struct Progress {
    std::map<std::string, ChapterProgress> chapters;    ///< by number
    std::string link, heading;                          ///< where the reader stopped
    Language language = Language::en;
    bool is_dark = false, has_reduced_motion = false, is_drawer_open = true;
    float text_scale = 1, contents_width = 0, text_share = 0, drawer_lines = 4;  ///< widths in logical pixels; 0: the layout's own
};

class ProgressFile {
public:
    /// Empty path: nothing is read or kept (tests, pictures).
    explicit ProgressFile(std::filesystem::path path = {}) : path_(std::move(path)) {}
    /// $XDG_DATA_HOME/convbook/progress.json, or ~/.local/share/convbook/progress.json.
    static std::filesystem::path usual_path();
    /// A file that cannot be understood is kept aside (trouble() names it) and the reader starts afresh.
    Progress load();
    /// Atomic: a new file beside it is renamed over it. Failures go to trouble(); returns whether it was kept.
    bool save(const Progress& progress);
    const Text& trouble() const { return trouble_; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    Text trouble_;
    std::string last_;   ///< what the file holds, so that nothing is written twice
};

}  // namespace convbook::kit
