// The body of fill_<isa>: every kernel that the generic algorithms provide. No include guard; it is code inside a function.
#define CONVBOOK_KERNEL(name, type) table.kernels.name = name;
#include "kernels.inc"
#undef CONVBOOK_KERNEL
table.probes = {kProbeChains * kLanes, probe_multiply_adds, probe_read};
table.blocked.lanes = kLanes;
table.blocked.tile_blocks = kTileBlocks;
table.blocked.pairing = kPairing;
table.blocked.tile_rows = kDepthwiseTileRows;
table.blocked.ignore_denormals = [] {
    const unsigned before = float_mode();
    set_float_mode(before | kIgnoreDenormals);
    return before;
};
table.blocked.set_float_mode = set_float_mode;
table.blocked.relax = relax;
#define CONVBOOK_BLOCKED_KERNEL(name, Job) table.blocked.name = name;
#include "blocked.inc"
#undef CONVBOOK_BLOCKED_KERNEL
