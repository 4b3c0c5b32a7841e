"""The memory one worker may take beyond what it began with."""

from __future__ import annotations

from pathlib import Path

STATM = Path("/proc/self/statm")


def limit_memory(more: int) -> bool:
    """From now on this process may take `more` bytes; what asks beyond gets a MemoryError or torch's own words.

    Linux counts every private writable page under RLIMIT_DATA, touched or not, but not what torch merely maps
    (RLIMIT_AS would), and refuses the allocation itself: no watching, and nothing else on the machine is in danger.
    Elsewhere there is no such limit; the answer says whether there is one.
    """
    if not STATM.exists():
        return False
    import resource

    pages = int(STATM.read_text().split()[5])
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    return True
