// main() of every chapter's own executable: runs the face that the chapter's main.cpp registered.
#include "console/console.h"
#include "console/memory.h"

int main(int argc, char** argv) {
    convbook::console::keep_freed_memory();
    return convbook::console::find_face(CONVBOOK_CHAPTER)(argc, argv);
}
