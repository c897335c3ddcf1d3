"""What is not said: the figures of fewer than five people, nor what a difference tells of them.

A group is shown when it has five members at least, when what a wider group has besides it is nobody
or five people at least, and when those of a wider group who stand in none of the groups shown
inside it are likewise nobody or five: otherwise adding the parts up and taking them away from the
whole would give the figures of the few who are left.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from core.masking import FEWEST, is_few
from figures.circles import HOUSE, Circle, Key, Land

Part = tuple[Key, str]
"""A group, and what it is divided by: networks, kinds, or territories of a level."""
Parts = dict[Part, set[Key]]


def shown_groups(members: Mapping[Circle, int], ground: Land) -> dict[Key, bool]:
    """Each group of these circles (with their number of members), and whether it is shown."""
    sizes: Counter[Key] = Counter()
    parts: Parts = {}
    for circle, number in members.items():
        for group in circle.groups():
            sizes[group] += number
        for part, inside in _divided(circle, ground):
            parts.setdefault(part, set()).update(inside)
    sizes.setdefault(HOUSE, 0)
    shown = {group: size >= FEWEST for group, size in sizes.items()}
    for (whole, _by), children in parts.items():
        for child in children:
            shown[child] = shown[child] and not is_few(sizes[whole] - sizes[child])
    while _hide_what_would_tell(members, ground, sizes, shown, parts):
        pass
    return shown


def _divided(circle: Circle, ground: Land) -> Iterator[tuple[Part, list[Key]]]:
    """Each group of a circle by what it may be divided, with the parts where the circle stands."""
    for group in circle.groups():
        network, territory, kind = group
        if network is None and circle.networks:
            yield (group, "network"), [(one, territory, kind) for one in circle.networks]
        if kind is None and circle.kind is not None:
            yield (group, "kind"), [(network, territory, circle.kind)]
        by_level: dict[str, list[Key]] = {}
        for one in circle.territories:
            if one != territory and (territory is None or territory in ground.holders[one]):
                by_level.setdefault(ground.levels[one], []).append((network, one, kind))
        for level, children in by_level.items():
            yield (group, level), children


def _hide_what_would_tell(
    members: Mapping[Circle, int],
    ground: Land,
    sizes: Mapping[Key, int],
    shown: dict[Key, bool],
    parts: Parts,
) -> bool:
    """Hide the smallest part of each whole that would leave a few; whether there was any."""
    covered: Counter[Part] = Counter()
    for circle, number in members.items():
        for part, inside in _divided(circle, ground):
            if any(shown[child] for child in inside):
                covered[part] += number
    hidden = False
    for (whole, by), children in parts.items():
        if not shown[whole] or not is_few(sizes[whole] - covered[whole, by]):
            continue
        visible = [child for child in children if shown[child]]
        if visible:
            smallest = min(visible, key=lambda child: (sizes[child], str(child)))
            shown[smallest] = False
            hidden = True
    return hidden
