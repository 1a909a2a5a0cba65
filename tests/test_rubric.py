"""Rubric and persona files: what is accepted, and how mistakes are explained."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml

from voicecoach import judge_settings, rule_settings
from voicecoach.devices.documents import (
    PERSONAS,
    RUBRICS,
    check_rubric,
    read_persona,
    read_rubric,
    shipped,
)
from voicecoach.errors import InputError
from voicecoach.facts import FactTable
from voicecoach.findings import Severity
from voicecoach.rubric import Rubric
from voicecoach.score.lint import lint

DEFAULT = (RUBRICS / "default.yaml").read_text(encoding="utf-8")


@pytest.fixture
def changed(tmp_path):
    """A copy of the default rubric with one text replaced."""

    def change(old: str, new: str) -> Path:
        assert old in DEFAULT
        path = tmp_path / "mine.yaml"
        path.write_text(DEFAULT.replace(old, new, 1), encoding="utf-8")
        return path

    return change


def refusal(read, name: Path | str) -> str:
    """What the user is told."""
    with pytest.raises(InputError) as refused:
        read(name)
    return str(refused.value)


def line_of(text: str) -> int:
    return DEFAULT[: DEFAULT.index(text)].count("\n") + 1


@pytest.mark.parametrize("name", shipped(RUBRICS))
def test_a_shipped_rubric_is_without_any_finding_of_its_kind(name):
    allowed = {Severity.WARNING} if name != "default" else set()
    assert {one.severity for one in check_rubric(name)} <= allowed
    assert read_rubric(name).id == name


def test_three_rubrics_are_shipped():
    assert shipped(RUBRICS) == ["de-escalation", "default", "returns-and-refunds"]


def test_the_default_rubric_has_the_eighteen_items_and_their_weights():
    weights = {criterion.id: criterion.weight for criterion in read_rubric("default").criteria}
    assert weights == {
        "greeting": 4,
        "identity": 8,
        "lets_finish": 8,
        "acknowledges": 8,
        "paraphrases": 8,
        "probes": 6,
        "correct_facts": 8,
        "correct_process": 4,
        "remedy": 4,
        "case_entry": 4,
        "ownership": 5,
        "options": 7,
        "next_step": 8,
        "hold_protocol": 5,
        "clarity": 4,
        "warm_tone": 5,
        "recap_close": 4,
        "extra_mile": 5,
    }
    assert [c.id for c in read_rubric("default").criteria if c.bonus] == ["extra_mile"]


@pytest.mark.parametrize("name", shipped(PERSONAS))
def test_a_shipped_persona_can_be_read_and_has_facts(name):
    persona = read_persona(name)
    assert persona.id == name
    assert persona.facts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "weight: 7",
            "wieght: 7",
            ["criteria[11].wieght", "unknown key 'wieght'", "Perhaps 'weight' is meant"],
        ),
        ("name: greeting,", "name: greting,", ["criteria[0].judge", "unknown judge 'greting'", "'greeting'"]),
        ("within_s: 10}", "within: 10}", ["criteria[0].judge.within", "unknown key", "'within_s'"]),
        ("within_s: 10}", "within_s: -1}", ["criteria[0].judge.within_s", "-1", "greater than 0"]),
        ('version: "1.0"', "version: 1.0", ["version", "1.0 is not text", "quotes"]),
        ("skill: soft", "skill: warm", ["criteria[2].skill", "'warm'", "hard"]),
        ("pace_full_wpm: [120, 160]", "pace_full_wpm: [160, 120]", ["pace_half_wpm must enclose"]),
        ("judge: {name: identity}", "judge: {}", ["criteria[1].judge", "no name"]),
        ("    title: Lets the caller finish\n", "", ["criteria[2].title", "missing", "Add title:"]),
        ("weight: 7", "weight: 6", ["sum to 99, not 100", "Add 1"]),
        ("id: identity", "id: greeting", ["criteria[1].id", "used twice", "Rename"]),
        (
            "section: listening",
            "section: hearing",
            ["criteria[2].section", "no section 'hearing'", "listening"],
        ),
        ("na_when: The caller is calm.", "na_when: ''", ["criteria[3].na_when", "does not apply"]),
        ("na_when: The caller is calm.", "na_when: never", ["criteria[3].na_when", "reason"]),
        (
            "evidence: The recap, the check and the goodbye.",
            "evidence: good",
            ["criteria[16].evidence", "coach"],
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_remedy(changed, old, new, expected):
    path = changed(old, new)
    with pytest.raises(InputError) as refused:
        read_rubric(path)
    findings = [one.text for one in check_rubric(path) if one.severity is Severity.ERROR]
    for part in expected:
        assert part in str(refused.value)
        assert any(part in finding for finding in findings)
    assert str(path) in str(refused.value)


def test_a_mistake_is_named_with_its_line(changed):
    path = changed("weight: 7", "wieght: 7")
    assert f"line {line_of('weight: 7')}," in refusal(read_rubric, path)


def test_a_warning_does_not_stop_a_rubric(changed):
    path = changed("scale: 0-2", "scale: binary")
    assert read_rubric(path).id == "default"
    (finding,) = check_rubric(path)
    assert finding.severity is Severity.WARNING
    assert finding.text.startswith(
        f"warning: line {line_of('scale: 0-2')}, criteria[0].scale: on a binary scale"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"id: a\nid: b\n", "line 2: the key 'id' is repeated"),
        (b"id: [a\n", "line"),
        (b"id: &a [x]\nb: *a\n", "line 1: anchors"),
        (b"id: !!python/object/apply:os.system [ls]\n", "judge"),
        (b"\xff\xfe\x00i", "not UTF-8"),
        (b"id: \x00\n", "not YAML"),
        (b"a: 2026-13-45\n", "line 1"),
        (b"- [" * 30 + b"]" * 30, "line"),
        (b"[" * 100_000, "nested too deeply"),
        (b"x" * 200_001, "larger than"),
        (b"just text\n", "just text"),
        (b"{[a]: 1}\n", "plain text"),
    ],
)
def test_what_is_no_rubric_is_refused_in_one_line(tmp_path, content, expected):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    message = refusal(read_rubric, path)
    if expected != "judge":
        assert expected in message
    assert message.startswith(str(path))
    assert "\n" not in message


def test_a_tag_runs_nothing(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(f"id: !!python/object/apply:os.mkdir ['{tmp_path}/made']\n", encoding="utf-8")
    refusal(read_rubric, path)
    assert not (tmp_path / "made").exists()


def test_a_missing_file_and_an_unknown_name_say_what_there_is(tmp_path):
    assert "No such file" in refusal(read_rubric, tmp_path / "none.yaml")
    assert "de-escalation, default" in refusal(read_rubric, "nonsense")
    assert "cannot be read" in refusal(read_rubric, tmp_path)


def test_a_persona_is_checked_like_a_rubric(tmp_path):
    path = tmp_path / "mine.yaml"
    text = (PERSONAS / "returns-desk.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("acts: [offers_option]", "acts: [offers_optoin]"), encoding="utf-8")
    assert "process[2].acts[0]" in refusal(read_persona, path)
    path.write_text(text.replace("acts: [offers_option]", "acts: [complains]"), encoding="utf-8")
    assert "complains is not something a trainee does" in refusal(read_persona, path)
    path.write_text(text.replace("id: warranty", "id: refund-time"), encoding="utf-8")
    assert "two facts share the id" in refusal(read_persona, path)


# --- the guides say what is there -------------------------------------------------------------

DOCS = Path(__file__).parent.parent / "docs"


def models_of(union) -> list[type[judge_settings.Settings]]:
    return list(get_args(get_args(union)[0]))


def test_the_writing_guide_lists_every_judge_with_its_settings_and_defaults():
    guide = (DOCS / "writing-rubrics.md").read_text(encoding="utf-8")
    for model in [*models_of(judge_settings.CriterionJudge), *models_of(rule_settings.RuleJudge)]:
        for key, field in model.model_fields.items():
            default = list(field.default) if isinstance(field.default, tuple) else field.default
            shown = f"`{default}`" if key == "name" else f"{key}: {yaml.safe_dump(default).splitlines()[0]}"
            plain = re.sub(r"\.0\b", "", f"{key}: {default}")
            assert shown in guide or plain in guide, (model.__name__, key)


def test_the_guides_own_examples_are_valid():
    guide = (DOCS / "writing-rubrics.md").read_text(encoding="utf-8")
    criterion, rules, facts = (
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    )
    default = yaml.safe_load(DEFAULT)
    others = [one for one in default["criteria"] if one["id"] != "next_step"]
    assert lint(Rubric.model_validate({**default, **rules, "criteria": others + criterion})) == []
    assert FactTable.model_validate(facts).facts[0].id == "refund-time"


def test_the_page_on_marking_lists_every_item_with_its_weight_and_every_rule():
    page = (DOCS / "rubric.md").read_text(encoding="utf-8")
    rubric = read_rubric("default")
    for criterion in rubric.criteria:
        points = f"bonus, up to {criterion.weight:g}" if criterion.bonus else f"{criterion.weight:g}"
        assert f"| `{criterion.id}` ({criterion.skill.value}) | {points} |" in page
    for rule in (*rubric.fail_all, *rubric.fail_section):
        assert f"| `{rule.id}` |" in page
