"""``voicecoach personas``: list, show, check and new, as somebody at a terminal meets them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from lost_parcel import ANSWERS, put, write
from test_cli import refused, voicecoach
from typer.testing import CliRunner, Result

from voicecoach.apps import new_persona
from voicecoach.apps.caller_text import FOR_LEADS
from voicecoach.apps.interview import QUESTIONS, _line
from voicecoach.cli import app
from voicecoach.converse.caller import Caller
from voicecoach.devices.documents import (
    PERSONAS,
    SCHEMAS,
    check_persona,
    check_trainees,
    read_persona,
    read_stages,
    shipped,
    trainees_of,
)
from voicecoach.errors import InputError
from voicecoach.persona import Persona
from voicecoach.trainee_script import Character, TraineeScript

ROOT = Path(__file__).parent.parent


def personas(*arguments: object, typed: str = "") -> Result:
    """Run the command in this process, `typed` at its input."""
    return CliRunner(env={"COLUMNS": "110"}).invoke(app, ["personas", *map(str, arguments)], input=typed)


def refusal(*arguments: object) -> str:
    """What is told of a request at fault; `main` prints it in one line with status 2."""
    error = personas(*arguments).exception
    assert isinstance(error, InputError)
    return str(error)


def plain(result: Result) -> str:
    return " ".join(result.stdout.split())


# --- list and show ------------------------------------------------------------------------------


def test_the_list_has_every_shipped_caller_and_those_of_this_folder(tmp_path, monkeypatch):
    write(tmp_path)
    (tmp_path / "rubric.yaml").write_text("id: not-a-caller\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    done = personas("list")
    assert done.exit_code == 0
    for name in shipped(PERSONAS):
        assert name in done.stdout
    # anger 55 is upset; easy takes 15 from it (40, upset), hard adds 12 (67, angry)
    assert "lost-parcel.yaml The lost parcel upset, upset, angry 1 to work at" in plain(done)
    assert "rubric.yaml" not in done.output


def test_a_caller_of_this_folder_that_cannot_be_used_is_told_beside_the_list(tmp_path, monkeypatch):
    write(tmp_path, change=put("role.temper.anger", 650))
    monkeypatch.chdir(tmp_path)
    done = personas("list")
    assert done.exit_code == 0
    assert re.search(r"lost-parcel\.yaml: line \d+, role\.temper\.anger: 650 does not fit", done.stderr)
    assert "returns-desk" in done.stdout


def test_a_story_is_shown_to_leads(tmp_path):
    done = personas("show", write(tmp_path))
    told = plain(done)
    assert FOR_LEADS in told
    for part in (
        "The lost parcel (lost-parcel 1.0)",
        "Who calls Nora Bell Sixty, sews wedding dresses.",
        "What happened Her parcel has been lost for four days.",
        "What they want That somebody finds the parcel.",
        "Hidden behind it, told only to those who ask The parcel before this one was lost too.",
        "- A trace takes two working days",
        "3. Grant what is wanted",
        '- wish: "I want you to find my parcel."',
        "At first upset, 55 of 100 (by level: easy upset, medium upset, hard angry).",
        "hangs up at 94",
        'furious: "I have never been treated like this."',
        "Right to do: Start a trace.",
        "Promise (two days)",
    ):
        assert part in told


def test_insults_are_counted_and_not_quoted(tmp_path):
    def abusive(content):
        content["role"]["temper"]["hangs_up_at"] = 100
        content["role"]["lines"]["complains"]["abusive"] = [
            "You fool.",
            "You moron.",
            "You idiot.",
            "You clown.",
        ]

    told = plain(personas("show", write(tmp_path, change=abusive)))
    assert "abusive: not quoted here" in told
    assert "fool" not in told


def test_no_such_caller_is_told_with_what_there_is():
    told = refused("personas", "show", "nobody")
    assert "nobody: no such file, and nothing of this name is shipped. Give a file, or one of: " in told
    assert "returns-desk" in told


# --- check --------------------------------------------------------------------------------------


def test_a_sound_file_passes_with_its_trainees(tmp_path):
    path = write(tmp_path)
    done = personas("check", path)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"{path}: nothing to object to",
        f"{trainees_of(path)}: nothing to object to",
    ]


def test_warnings_are_told_and_do_no_harm(tmp_path):
    done = personas("check", write(tmp_path, change=put("role.confirms", ["Yes."])))
    assert done.exit_code == 0
    assert "warning: line" in done.stdout


def test_an_error_of_the_trainees_counts(tmp_path):
    path = write(tmp_path, change_trainees=put("expert.4.0.0", {"read": "Refunds"}))
    done = personas("check", path)
    assert done.exit_code == 1
    assert f"{trainees_of(path)}: error: line" in done.stdout
    assert personas("check", trainees_of(path)).exit_code == 1, "and so it does when it is named itself"


def test_a_shipped_caller_is_checked_by_its_name():
    lines = personas("check", "returns-desk").stdout.splitlines()
    assert any(line.startswith("returns-desk: ") for line in lines)
    assert any(line.startswith(f"{trainees_of('returns-desk')}: ") for line in lines)


def test_a_file_is_checked_once_however_often_it_is_named(tmp_path):
    path = write(tmp_path)
    assert len(personas("check", path, trainees_of(path), path).stdout.splitlines()) == 2


def test_what_cannot_be_read_is_told_by_file_line_key_and_remedy(tmp_path):
    broken, unknown, missing = (tmp_path / f"{name}.yaml" for name in ("broken", "unknown", "missing"))
    broken.write_text("id: broken\ntitle: [The parcel\nversion: '1'\n", "utf-8")
    text = write(tmp_path).read_text("utf-8")
    unknown.write_text(text.replace("hangs_up_at:", "hangs_up:"), "utf-8")
    line = next(n for n, told in enumerate(text.splitlines(), 1) if "hangs_up_at:" in told)
    done = voicecoach("personas", "check", broken, unknown, missing)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    # YAML misses the end of the list where the next key begins; how it words that is its own matter
    expected = rf"{re.escape(str(broken))}: line 3: .*expected ',' or '\]'.*\. Correct the YAML there\."
    assert re.search(expected, done.stderr)
    assert f"{missing}: cannot be read: No such file or directory. Check the name" in done.stderr
    expected = (
        f"error: line {line}, role.temper.hangs_up: unknown key 'hangs_up'. Perhaps 'hangs_up_at' is meant."
    )
    assert done.stdout.strip() == f"{unknown}: {expected}"


# --- new ----------------------------------------------------------------------------------------


def typed(answers: dict[str, str]) -> str:
    """What is typed at an interview that gets these answers."""
    given: dict[str, str] = {}
    for question in QUESTIONS:
        if question.is_due(given):
            given[question.key] = answers.get(question.key, "")
    return "".join(f"{answer}\n" for answer in given.values())


def test_a_call_can_be_tried_in_text():
    tried = personas("try", "returns-desk", "--trainee", "novice", "--level", "hard")
    assert tried.exit_code == 0
    assert "caller  " in tried.output
    assert "trainee " in tried.output
    assert "Not done: Refund" in tried.output or "wrong" in tried.output, "a novice's desk"
    assert tried.output == personas("try", "returns-desk", "--trainee", "novice", "--level", "hard").output
    other = personas("try", "returns-desk", "--trainee", "novice", "--level", "hard", "--seed", "5")
    assert tried.output != other.output


def test_how_calls_end_is_told_by_who_answers():
    told = personas("try", "returns-desk", "--seeds", "2")
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.output.splitlines()] == [*Character]
    assert "2 satisfied" in told.output.splitlines()[0]


def test_a_caller_whom_no_expert_satisfies_is_told(tmp_path):
    path = tmp_path / "deaf.yaml"
    path.write_text(
        (PERSONAS / "returns-desk.yaml").read_text("utf-8").replace("hangs_up_at: 94", "hangs_up_at: 55")
    )
    told = personas("try", str(path), "--seeds", "2")  # and there is no expert beside it
    assert told.exit_code == 1
    assert "Not as it should be: expert" in told.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("try", "nobody"), "nothing of this name is shipped"),
        (("try", "returns-desk", "--level", "harsh"), "--level is one of easy, medium, hard"),
        (("try", "returns-desk", "--trainee", "hero"), "--trainee is one of expert"),
    ],
)
def test_wrong_words_are_told(arguments, said):
    refused = personas(*arguments)
    assert refused.exit_code != 0
    assert said in " ".join(f"{refused.output} {refused.exception}".split())


def test_an_interview_makes_a_caller_without_flaw(tmp_path):
    path = tmp_path / "lost-parcel.yaml"
    done = personas("new", path, typed=typed(ANSWERS))
    assert done.exit_code == 0, done.output
    assert check_persona(path) == []
    assert check_trainees(trainees_of(path)) == []
    persona = read_persona(path)
    assert persona.id == "lost-parcel"
    assert persona.caller.name == "Nora Bell"
    assert persona.role.hidden.say[0] == "You lost my last one, too."
    assert persona.desk.tool("start-trace").fields[0].right == ("4729",)
    for command in ("personas check", "demo", "rehearse"):
        assert f"voicecoach {command} {path}" in done.stdout
    assert not list(tmp_path.glob("*.draft"))


def test_every_answer_may_be_left_for_later(tmp_path):
    path = tmp_path / "later.yaml"
    done = personas("new", path, typed=typed({}))
    assert done.exit_code == 0, done.output
    assert "error:" not in done.output
    role = read_persona(path).role
    assert all(len(lines) >= 3 for bands in role.lines.values() for lines in bands.values())
    assert Caller(read_persona(path), 1).begin(0).lines
    assert read_stages(path, Character.EXPERT)
    assert "LATER: name, about, happened, wants" in path.read_text("utf-8")


@pytest.mark.parametrize("left", [question.key for question in QUESTIONS])
def test_any_one_answer_may_be_left(left):
    lines = yaml.safe_load(new_persona.STARTER_LINES.read_text("utf-8"))
    text = new_persona.caller_yaml("lost-parcel", {**ANSWERS, left: ""}, lines)
    persona = Persona.model_validate(yaml.safe_load(text))
    assert yaml.safe_load(new_persona.trainees_yaml(persona, {**ANSWERS, left: ""}))["expert"]


def test_two_answers_of_one_name_get_two_ids(tmp_path):
    twice = {**ANSWERS, "fact_2": ANSWERS["fact_1"], "case": "Reason = lost, Reason = late"}
    path = tmp_path / "twice.yaml"
    assert personas("new", path, typed=typed(twice)).exit_code == 0
    persona = read_persona(path)
    assert [fact.id for fact in persona.facts] == ["trace-takes-two", "trace-takes-two-2"]
    assert [field.id for field in persona.desk.case] == ["reason", "reason-2"]


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [
        ("complaint", "It is lost. I am angry.", "more than one sentence"),
        ("complaint", "one two three four five six seven eight nine ten eleven", "10 words will do"),
        ("complaint", "It is 4 days late.", "write numbers as they are said"),
        ("number", "the blue one", "write digits"),
        ("number", "4729!", "write digits"),
        ("temper", "boiling", "write one of mild, upset, furious"),
        ("voice", "Bob!", "write woman, man, or a voice"),
        ("case", "lost", "write name = right value"),
        ("granted", " , ", "write words"),
    ],
)
def test_what_is_no_answer_is_refused(key, wrong, said):
    (question,) = [one for one in QUESTIONS if one.key == key]
    with pytest.raises(ValueError, match=said):
        question.check(wrong)


def test_a_question_without_an_answer_is_asked_again(tmp_path):
    path = tmp_path / "again.yaml"
    answers = typed({**ANSWERS, "temper": "boiling\nupset"})
    done = personas("new", path, typed=answers)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("such as: upset") == 2
    assert "write one of mild, upset, furious" in done.stdout
    assert check_persona(path) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_example_is_an_answer(question):
    assert question.check(question.example)


def test_a_sentence_gets_its_end_mark():
    assert _line("My parcel is lost") == "My parcel is lost."
    assert _line("Where is it?") == "Where is it?"


def test_an_interview_that_ends_early_goes_on_where_it_was(tmp_path):
    path, draft = tmp_path / "lost-parcel.yaml", tmp_path / "lost-parcel.yaml.draft"
    everything = typed(ANSWERS).splitlines(keepends=True)
    done = personas("new", path, typed="".join(everything[:5]))
    assert done.exit_code == 1
    assert f"Stopped. Your answers are in {draft}; go on with: voicecoach personas new {path}" in done.stderr
    assert not path.exists()
    assert "complaint: My parcel has been lost for four days." in draft.read_text("utf-8")
    done = personas("new", path, typed="".join(everything[5:]))
    assert done.exit_code == 0, done.output
    assert f"Going on from {draft}: 5 questions are answered there." in done.stdout
    assert "Who calls?" not in done.stdout
    assert check_persona(path) == []
    assert not draft.exists()


def test_ctrl_c_keeps_every_answer(tmp_path):
    """The sixth question is on the screen when the key is pressed: five answers are on the disk."""
    path = tmp_path / "lost-parcel.yaml"
    code = "from voicecoach.cli import main; main()"
    asked = subprocess.Popen(
        [sys.executable, "-u", "-c", code, "personas", "new", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "110"},
    )
    with asked:
        asked.stdin.write("".join(typed(ANSWERS).splitlines(keepends=True)[:5]))
        asked.stdin.flush()
        shown = ""
        while QUESTIONS[5].example not in shown:
            line = asked.stdout.readline()
            assert line, "the interview ended by itself"
            shown += line
        asked.send_signal(signal.SIGINT)
        _, told = asked.communicate(timeout=30)
    assert asked.returncode == 1
    assert "Stopped. Your answers are in" in told
    assert "Traceback" not in told
    kept = yaml.safe_load((tmp_path / "lost-parcel.yaml.draft").read_text("utf-8"))
    assert kept == {question.key: ANSWERS[question.key] for question in QUESTIONS[:5]}


def test_a_draft_that_was_spoiled_is_refused_by_line(tmp_path):
    draft = tmp_path / "mine.yaml.draft"
    for text, said in (
        ("title: A\nnonsense: B\n", "line 2, nonsense: is no answer to any question. Delete the line."),
        ("title: A\ntemper: boiling\n", "line 2, temper: write one of mild, upset, furious. Correct it"),
        ("- title\n", "line 1: is no list of answers. Delete it to begin anew."),
    ):
        draft.write_text(text, "utf-8")
        assert f"{draft}: {said}" in refusal("new", tmp_path / "mine.yaml")


def test_nothing_is_overwritten_unasked(tmp_path):
    path = write(tmp_path)
    before = path.read_text("utf-8")
    assert f"{path}: is there already. Choose another name, or overwrite it with --force." in refusal(
        "new", path, "--from", "returns-desk"
    )
    assert path.read_text("utf-8") == before
    path.unlink()
    assert "trainees/lost-parcel.yaml: is there already" in refusal("new", path)
    assert personas("new", path, "--from", "returns-desk", "--force").exit_code == 0
    assert read_persona(path).title == "The broken television"


@pytest.mark.parametrize("name", ["Mine.yaml", "mine.yml", "my caller.yaml", "4.yaml"])
def test_a_name_that_cannot_be_an_id_is_refused(tmp_path, name):
    assert "Name it like my-caller.yaml" in refusal("new", tmp_path / name)


def test_a_folder_that_is_not_there_is_told_before_the_first_question(tmp_path):
    assert "its folder is not there. Make the folder first" in refusal("new", tmp_path / "no" / "mine.yaml")


def test_a_copy_keeps_everything_but_the_id(tmp_path):
    path = tmp_path / "televisions.yaml"
    done = personas("new", path, "--from", "returns-desk")
    assert done.exit_code == 0, done.output
    original = read_persona("returns-desk")
    assert read_persona(path) == original.model_copy(update={"id": "televisions"})
    assert read_stages(path, Character.NOVICE) == read_stages("returns-desk", Character.NOVICE)
    assert "# A caller whose television stopped working" in path.read_text("utf-8"), "comments are kept"


def test_a_copy_of_a_copy_names_the_schema_once(tmp_path):
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    personas("new", first, "--from", "returns-desk")
    personas("new", second, "--from", first)
    for path in (second, trainees_of(second)):
        assert path.read_text("utf-8").count("yaml-language-server") == 1


# --- schemas for editors ------------------------------------------------------------------------

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_published_schemas_are_up_to_date():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import persona_schema
    finally:
        sys.path.pop(0)
    for name, model in persona_schema.FILES.items():
        told = "run: python scripts/persona_schema.py"
        assert (persona_schema.FOLDER / name).read_text("utf-8") == persona_schema.text(model), told


@pytest.mark.parametrize("name", shipped(PERSONAS))
def test_shipped_callers_obey_the_schema(name):
    validator("persona").validate(yaml.safe_load((PERSONAS / f"{name}.yaml").read_text("utf-8")))
    if (theirs := trainees_of(name)) is not None:
        validator("trainees").validate(yaml.safe_load(theirs.read_text("utf-8")))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("role.temper.hangs_up", 90), "'hangs_up' was unexpected"),
        (put("role.lines.openz", {}), "'openz' was unexpected"),
        (put("role.lines.opens.upsett", ["Hello."]), "'upsett' was unexpected"),
        (put("role.temper.anger", 650), "650 is greater than the maximum of 100"),
        (put("role.answers.0.acts", ["complains"]), "'complains' is not one of"),
        (lambda content: content["role"]["lines"].pop("waits"), "'waits' is a required property"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(tmp_path, change, said):
    content = yaml.safe_load(write(tmp_path, change=change).read_text("utf-8"))
    errors = [error.message for error in validator("persona").iter_errors(content)]
    assert len(errors) == 1
    assert said in errors[0]


def test_an_editor_is_told_what_a_key_is_for():
    schema = json.loads((SCHEMAS / "persona.schema.json").read_text("utf-8"))
    parts = schema["$defs"]
    assert parts["Temper"]["properties"]["anger"]["description"].startswith("At the start")
    assert parts["Need"]["properties"]["facts"]["description"] == "Facts of the table, said rightly."
    lines = parts["Role"]["properties"]["lines"]["properties"]
    assert lines["prompts"]["description"] == "'Hello? Are you there?'"


def test_the_guide_has_every_key_of_the_files():
    guide = (ROOT / "docs/writing-personas.md").read_text("utf-8")
    for name in ("persona", "trainees"):
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
        parts = [schema, *schema["$defs"].values()]
        keys = {key for part in parts for key in part.get("properties", {})}
        named = set(re.findall(r"`([a-z_]+)[`:]", guide)) | set(re.findall(r"\b([a-z_]+):", guide))
        assert keys <= named


def test_the_guides_trainees_can_be_read():
    guide = (ROOT / "docs/writing-personas.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(expert:.*?)```", guide, re.DOTALL)
    assert len(TraineeScript.model_validate(yaml.safe_load(example)).expert) == 4


def test_a_new_file_names_its_schema_first(tmp_path):
    path = tmp_path / "mine.yaml"
    personas("new", path, "--from", "returns-desk")
    for file, schema in ((path, "persona"), (trainees_of(path), "trainees")):
        first = file.read_text("utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema={SCHEMAS / f'{schema}.schema.json'}"
