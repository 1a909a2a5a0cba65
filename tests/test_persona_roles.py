"""Roles in persona files: what ships can be played, and mistakes are explained by line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from demo_words import known_words
from trainee_lines import Conversation

from voicecoach.acts import ActKind
from voicecoach.conversation import Move
from voicecoach.converse.caller import Caller
from voicecoach.devices.documents import PERSONAS, read_persona, shipped
from voicecoach.errors import InputError
from voicecoach.persona import Persona, role_of
from voicecoach.role import WORDED_ELSEWHERE

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "personas/lost-luggage.yaml"
ROLES = [name for name in shipped(PERSONAS) if read_persona(name).role is not None]
ENGLISH = [name for name in ROLES if read_persona(name).caller_language.startswith("en")]


def edited(folder: Path, old: str, new: str) -> Path:
    """The shipped persona with `old` replaced once."""
    text = SOURCE.read_text("utf-8")
    assert old in text
    path = folder / "edited.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hangs_up_at: 96", "hangs_up: 96", "role.temper.hangs_up: unknown key 'hangs_up'"),
        ("anger: 65", "anger: 650", "role.temper.anger: 650 does not fit"),
        ("    anger: 65", "    anger: 97", "floor 10 <= anger 97 < hangs_up_at 96 must hold"),
        ("    opens:", "    openz:", "role.lines.openz"),
        ("      upset:\n        - My", "      upsett:\n        - My", "role.lines.opens.upsett"),
        ("- Stop it.", "- Stop it. Now.", "more than one sentence"),
        ("- Stop it.", '- "..."', "role.lines.interrupts.angry[0]: there is nothing in it that can be said"),
        (
            "    hangs_up:\n",
            "    bargains:\n      upset: [Please.]\n    hangs_up:\n",
            "role.lines.bargains: bargains has no lines here: write them under needs: asks",
        ),
        ("facts: [essentials]", "facts: [esentials]", "role.needs[1].facts[0]: there is no fact 'esentials'"),
        ("steps: [deliver]", "steps: [delivery]", "role.needs[0].steps[0]: there is no step 'delivery'"),
        ("knows: [delivery-cost]", "knows: [price]", "role.knows[0]: there is no fact 'price'"),
        (
            "    - id: gift\n",
            "    - id: birthday\n",
            "role.details[1].id: details has the id 'birthday' twice",
        ),
        (
            "      acts: [verifies_identity]\n      say",
            "      acts: [complains]\n      say",
            "not something a trainee does",
        ),
        ("engine: espeak", "engine: Espeak!", "role.voice.engine"),
        ("- title: Before", "- titel: Before", "desk.policies[0].titel: unknown key 'titel'"),
    ],
)
def test_mistakes_are_named_by_line_and_key(tmp_path, old, new, said):
    path = edited(tmp_path, old, new)
    with pytest.raises(InputError, match=r"edited\.yaml: line \d+, ") as refused:
        read_persona(path)
    assert said in str(refused.value)


def test_the_line_is_that_of_the_mistake(tmp_path):
    path = edited(tmp_path, "facts: [essentials]", "facts: [esentials]")
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "esentials" in text)
    with pytest.raises(InputError, match=f"line {line}, role.needs"):
        read_persona(path)


def test_a_move_without_lines_is_missed_by_name(tmp_path):
    text = SOURCE.read_text("utf-8")
    start = text.index("    waits:\n")
    path = tmp_path / "no-waits.yaml"
    path.write_text(text[:start] + text[text.index("    prompts:\n") :], "utf-8")
    with pytest.raises(InputError, match="lines are missing for waits"):
        read_persona(path)


def test_a_file_for_grading_is_refused_for_rehearsal():
    graded_only = Persona.model_validate(
        {**read_persona("lost-luggage").model_dump(), "process": (), "role": None, "desk": None}
    )
    with pytest.raises(InputError, match=r"calls/ours\.yaml: has no role.*Add role: with a voice"):
        role_of(graded_only, "calls/ours.yaml")
    assert role_of(read_persona("lost-luggage"), "x").needs


@pytest.mark.parametrize("name", ROLES)
def test_shipped_callers_have_enough_to_say(name):
    role = read_persona(name).role
    assert set(role.lines) == set(Move) - set(WORDED_ELSEWHERE)
    thin = [
        f"{move} {band}" for move in role.lines for band, texts in role.lines[move].items() if len(texts) < 3
    ]
    assert thin == [], "fewer than three ways to say it"
    assert all(len(part.say) >= 3 for part in (*role.details, *role.answers))
    assert all(len(need.asks) >= 3 for need in role.needs)
    assert role.hidden is None or len(role.hidden.hints) >= 3 <= len(role.hidden.say)
    texts = [text for bands in role.lines.values() for lines in bands.values() for text in lines]
    assert len(set(texts)) == len(texts), "one text is written twice"


@pytest.mark.parametrize("name", ENGLISH)
def test_callers_use_the_words_that_the_demo_model_knows(name):
    said = {text for text, _ in Caller(read_persona(name), 1).fixed_lines()}
    strange = {word for text in said for word in re.findall(r"[a-z']+", text.lower())} - known_words()
    assert strange == set()


@pytest.mark.parametrize("name", ROLES)
def test_every_answer_can_be_asked_for(name):
    persona = read_persona(name)
    for answer in persona.role.answers:
        for phrase in answer.asked:
            conversation = Conversation(Caller(persona, 1))
            conversation.say(("Hello.", ActKind.GREETS))
            reply = conversation.say((f"{phrase}?", ActKind.ASKS_PROBING_QUESTION))
            assert {line.text for line in reply.lines} & set(answer.say), f"{phrase!r} is not understood"


@pytest.mark.parametrize("name", ROLES)
def test_shipped_callers_speak_with_the_engine_that_comes_with_voicecoach(name):
    assert read_persona(name).role.voice.engine == "espeak"


def test_the_callers_page_is_that_of_the_files(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import callers_page

    assert callers_page.PATH.read_text("utf-8") == callers_page.text(), "run: python scripts/callers_page.py"
