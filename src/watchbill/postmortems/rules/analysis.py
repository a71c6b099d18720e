"""The chain of whys, the fishbone and the kinds of factors as people write them: one line each, in a form that reads back."""

import re
from collections.abc import Iterable, Mapping

from watchbill.kernel.errors import Invalid, near
from watchbill.postmortems.model import Bone, FactorKind, FishboneCategory, Judgement, Why

__all__ = [
    "BONE_QUESTIONS",
    "FACTOR_QUESTIONS",
    "bone_line",
    "factor_kind",
    "factors_by_kind",
    "missing_links",
    "read_bone",
    "read_why",
    "why_line",
]

# playbook ph. 6, Fishbone
BONE_QUESTIONS: Mapping[FishboneCategory, str] = {
    FishboneCategory.PEOPLE: "Training? Fatigue? Communication?",
    FishboneCategory.PROCESS: "Runbook? Escalation? Change management?",
    FishboneCategory.TECHNOLOGY: "Bug? Config? Capacity? Dependency?",
    FishboneCategory.ENVIRONMENT: "Network? Cloud provider? Third party?",
    FishboneCategory.MONITORING: "Detection gap? Alert fatigue? Dashboard gap?",
    FishboneCategory.TESTING: "Test coverage? Load testing? Chaos testing?",
}
# playbook ph. 6, Contributing Factor Categories
FACTOR_QUESTIONS: Mapping[FactorKind, str] = {
    FactorKind.TRIGGER: "What change or event started it?",
    FactorKind.PROPAGATION: "Why did it spread? Why wasn't it contained?",
    FactorKind.DETECTION: "Why wasn't it caught earlier?",
    FactorKind.RESOLUTION: "What slowed the fix?",
    FactorKind.PROCESS: "What process gaps contributed?",
}
_ARROW = re.compile(r"\s*(?:->|=>|\N{RIGHTWARDS ARROW})\s*")
_EVIDENCE = " | "


def why_line(why: Why) -> str:
    """`Why did users see errors? -> the API answered 500 | https://graphs/1`."""
    return f"{why.question} -> {why.answer}" + (f"{_EVIDENCE}{why.evidence}" if why.evidence else "")


def read_why(line: str) -> Why:
    """The inverse of `why_line`; a number before the question is dropped. Raises Invalid for a line without an arrow."""
    question, *rest = _ARROW.split(re.sub(r"^\s*\d+[.)]\s*", "", line), maxsplit=1)
    if not rest or not question.strip() or not rest[0].strip():
        raise Invalid(
            "five_whys",
            f"{line.strip()!r} is no question with an answer",
            hint="write: Why did users see errors? -> the API answered 500 | https://graphs/1",
        )
    answer, _, evidence = rest[0].rpartition(_EVIDENCE) if _EVIDENCE in rest[0] else (rest[0], "", "")
    return Why(question.strip(), answer.strip(), evidence.strip() or None)


def bone_line(bone: Bone) -> str:
    """`technology: no index on the new column`."""
    return f"{bone.category}: {bone.cause}"


def read_bone(line: str) -> Bone:
    """The inverse of `bone_line`; raises Invalid for an unknown category."""
    name, colon, cause = line.partition(":")
    known = [str(one) for one in FishboneCategory]
    word = name.strip().lower()
    if not colon or not cause.strip() or word not in known:
        close = near(word, known)
        raise Invalid(
            "fishbone",
            f"{line.strip()!r} does not begin with one of the six categories",
            hint=f"did you mean {close!r}?" if close else f"write CATEGORY: CAUSE; categories: {', '.join(known)}",
        )
    return Bone(FishboneCategory(word), cause.strip())


def factor_kind(text: str) -> tuple[FactorKind | None, str]:
    """A contributing factor may begin with its kind (`Trigger: a deploy`); None and the whole text where it does not."""
    name, colon, rest = text.partition(":")
    word = name.strip().lower()
    if colon and word in set(FactorKind) and rest.strip():
        return FactorKind(word), rest.strip()
    return None, text


def factors_by_kind(factors: Iterable[str]) -> Mapping[FactorKind | None, tuple[str, ...]]:
    """Factors under their kinds, all five in the playbook's order, what has none last."""
    found: dict[FactorKind | None, list[str]] = {kind: [] for kind in (*FactorKind, None)}
    for factor in factors:
        kind, text = factor_kind(factor)
        found[kind].append(text)
    return {kind: tuple(texts) for kind, texts in found.items()}


def missing_links(judged: Judgement) -> tuple[str, ...]:
    """What a begun chain of whys still lacks, as sentences: evidence for each link, a root cause and an action at its end."""
    if not judged.whys:
        return ()
    bare = [index for index, why in enumerate(judged.whys, start=1) if why.evidence is None]
    lacking = [f"why {index} shows no evidence" for index in bare]
    if not judged.root_cause:
        lacking.append("the chain does not end in a root cause")
    if judged.root_action is None:
        lacking.append("no action item answers the root cause")
    return tuple(lacking)
