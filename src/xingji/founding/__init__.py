"""How workspaces come into being: templates, sample data, the sign-up queue, and the roadmap that follows.

Stands beside the composition root: it joins packs, people, logins and sample data, and owns the queue of foundings.
"""

from xingji.founding.create import Founder, create_workspace, found_workspace, packs_in_order
from xingji.founding.gallery import find_pack, gallery
from xingji.founding.sample import add_sample, remove_sample, sample_of
from xingji.founding.sign_up import found_queued, run_foundings

__all__ = [
    "Founder", "add_sample", "create_workspace", "find_pack", "found_queued", "found_workspace", "gallery",
    "packs_in_order", "remove_sample", "run_foundings", "sample_of",
]  # fmt: skip
