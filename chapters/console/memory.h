// How the programs keep memory: `convbook`, and the executable of each chapter. Leaves out who asks for it.
#pragma once

namespace convbook::console {

/// First thing in main(). A network that is trained or run node by node frees tensors of megabytes and asks for as many a moment later. Given back to the system in between,
/// each page of them would be cleared and mapped anew: three quarters of a training step of MobileNet v2 in a virtual machine (docs/performance.md, Training). So up to
/// 256 MiB of what is freed stay with the program, in one heap for all threads.
void keep_freed_memory();

}  // namespace convbook::console
