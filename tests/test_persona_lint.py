"""What ``personas check`` finds: a file without flaws has no finding, and each flaw by itself has its own."""

from __future__ import annotations

import pytest
from lost_parcel import Change, Content, both, drop, put, write

from voicecoach.converse.told import matter, spelled, tells
from voicecoach.devices.documents import (
    PERSONAS,
    TRAINEES,
    check_persona,
    check_trainees,
    read_persona,
    shipped,
    trainees_of,
)
from voicecoach.findings import Finding, Severity, path_text


def test_the_sound_file_has_no_finding(tmp_path):
    """It is what the interview makes of answers to every question."""
    path = write(tmp_path)
    assert check_persona(path) == []
    assert check_trainees(trainees_of(path)) == []


@pytest.mark.parametrize("name", shipped(PERSONAS))
def test_a_shipped_caller_has_no_error(name):
    findings = check_persona(name)
    if (theirs := trainees_of(name)) is not None:
        findings += check_trainees(theirs)
    assert [one.text for one in findings if one.severity is Severity.ERROR] == []


def test_every_file_of_trainees_belongs_to_a_caller():
    files = {path.stem for path in (PERSONAS / TRAINEES).glob("*.yaml")}
    assert files - {"any"} <= set(shipped(PERSONAS))


# --- one flaw at a time -------------------------------------------------------------------------


FOUR = ["You are a fool.", "You are a moron.", "You are an idiot.", "You are a clown."]
FIVE_HUNDRED = {
    "id": "bonus",
    "title": "A bonus is paid",
    "topic": ["the bonus"],
    "right": ["five hundred dollars"],
}
OTHER_TOOL = {"id": "refund", "title": "Refund", "fields": []}

FLAWS: dict[str, tuple[Change, str, str, str]] = {
    # what is changed; severity and place; a part of the problem; a part of the remedy
    "too few lines": (
        drop("role.lines.waits.upset.0"),
        "warning role.lines.waits.upset",
        "there are only 2 lines for waits when upset",
        "Write 3 or more",
    ),
    "too few ways to tell a detail": (
        put("role.details.0.say", ["I have called you twice about it."]),
        "warning role.details[0].say",
        "there is only 1 line to tell 'called-twice'",
        "Write 3 or more",
    ),
    "too few hints": (
        drop("role.hidden.hints.0"),
        "warning role.hidden.hints",
        "there are only 2 lines to hint at what is hidden",
        "Write 3 or more",
    ),
    "a move that recurs": (
        drop("role.lines.repeats.angry.0"),
        "hint role.lines.repeats.angry",
        "repeats recurs in a call, and has only 3 lines when angry",
        "Write 4 or more",
    ),
    "one mood only": (
        put("role.lines.waits", {"upset": ["I can hold.", "Go on then.", "Fine by me."]}),
        "warning role.lines.waits",
        "waits has lines for upset only",
        "settled, irritated, angry, furious",
    ),
    "a mood that never comes": (
        put("role.lines.accuses.abusive", FOUR),
        "warning role.lines.accuses.abusive",
        "this caller is never abusive (floor 10, hangs_up_at 94)",
        "Remove the lines",
    ),
    "a line twice": (
        put("role.lines.waits.upset.0", "is this line dead"),
        "warning role.lines.prompts.upset[3]",
        "'Is this line dead?' stands in the file twice",
        "Word one of them differently",
    ),
    "digits": (
        put("role.lines.waits.upset.0", "I give you 5 minutes."),
        "warning role.lines.waits.upset[0]",
        "the number 5 is in digits",
        "as it is said",
    ),
    "an abbreviation": (
        put("role.lines.waits.upset.0", "I am waiting for Dr. Lake."),
        "warning role.lines.waits.upset[0]",
        "'Dr.' is an abbreviation",
        "Write the word out",
    ),
    "capitals": (
        put("role.lines.waits.upset.0", "I am waiting for ATM cash."),
        "hint role.lines.waits.upset[0]",
        "'ATM' may be spelled or read as a word",
        "as it is said",
    ),
    "a symbol": (
        put("role.lines.waits.upset.0", "I wait & wait."),
        "warning role.lines.waits.upset[0]",
        "'&' cannot be said",
        "Use words",
    ),
    "a long line": (  # fifteen words
        put(
            "role.lines.waits.upset.0",
            "I will wait for one minute and then I will put down this phone again.",
        ),
        "warning role.lines.waits.upset[0]",
        "15 words are too many",
        "14 or fewer",
    ),
    "a fact that nobody can state": (
        put("facts.0.topic", ["the trace will not take"]),
        "error facts[0].right",
        "nobody can state 'trace-takes-two': 'the trace will not take two working days' is no statement",
        "without not or never",
    ),
    "a right answer that is wrong": (
        put("facts.0.right", ["two working days", "two days, a week at most"]),
        "warning facts[0].right[1]",
        "never counts as right: 'the trace will take two days, a week at most' is wrong by this file",
        "Take 'a week' off wrong",
    ),
    "a fact that nobody can look up": (
        lambda content: content["facts"].append(FIVE_HUNDRED),
        "warning facts[1]",
        "'bonus' is in no policy, record or order",
        "Write 'five hundred dollars' into the policy",
    ),
    "a need that nobody can grant": (
        put("role.needs.0.phrases", ["do not worry"]),
        "error role.needs[0].id",
        "no sentence of a trainee grants 'wish'",
        "plain statement",
    ),
    "a need met only at the desk": (
        both(
            put("role.needs.0.phrases", []), put("role.needs.0.steps", ["remedy"]), drop("process.2.phrases")
        ),
        "error role.needs[0].id",
        "no sentence of a trainee grants 'wish'",
        "Give it a phrase",
    ),
    "a phrase that grants nothing": (
        lambda content: content["role"]["needs"][0]["phrases"].append("you won't lose it"),
        "warning role.needs[0].phrases[2]",
        '"you won\'t lose it" grants nothing',
        "part of a statement",
    ),
    "another way that nobody can open": (
        put("role.alternatives", [{"id": "new-one", "phrases": ["cannot find it"]}]),
        "error role.alternatives[0].id",
        "no sentence of a trainee grants 'new-one'",
        "plain statement",
    ),
    "a question for two answers": (
        lambda content: content["role"]["answers"][2]["asked"].append("with your name"),
        "warning role.answers[2].asked[4]",
        "who asks 'with your name' gets 'name' as well",
        "longer",
    ),
    "a question that is taken for another": (
        lambda content: content["role"]["answers"][2]["asked"].append("say that again"),
        "error role.answers[2].asked[4]",
        "who asks 'say that again' does not get this answer",
        "Word it so",
    ),
    "told by no line": (
        put("role.answers.0.told_by", ["four seven two nine", "the tracking code"]),
        "warning role.answers[0].told_by[1]",
        "no line of the caller's holds 'the tracking code'",
        "or remove it",
    ),
    "told by a line unknown": (
        drop("role.answers.2.told_by"),
        "hint role.lines.opens.irritated[0]",
        "'Hello, my parcel has been lost for four days.' tells 'what-happened' too",
        "told_by of what-happened (role.answers[2])",
    ),
    "knowledge that never shows": (
        put("role.knows", ["trace-takes-two"]),
        "hint role.knows[0]",
        "the caller knows 'trace-takes-two', and never says a word about it",
        "Let a detail or an answer show",
    ),
    "a trigger that a policy holds": (
        put("role.triggers", ["calm down", "a lost parcel"]),
        "warning role.triggers[1]",
        "'a lost parcel' provokes this caller and stands in the policy 'What the rule is'",
        "another trigger",
    ),
    "a trigger that is right": (
        put("role.triggers", ["working days"]),
        "warning role.triggers[0]",
        "stands in the policy 'What holds here'",
        "another trigger",
    ),
    "no case": (drop("desk.case"), "warning desk", "the case has no fields", "Add case:"),
    "no tools": (
        both(drop("desk.tools"), drop("process.2.tools")),
        "warning desk",
        "there is no tool, so nothing can be done",
        "Add tools:",
    ),
    "no tool that is due": (
        both(put("desk.tools.0.due", False), put("desk.tools.0.allowed", True)),
        "warning desk.tools",
        "no tool is due",
        "Add due: true",
    ),
    "no policies": (
        both(put("desk.policies", []), put("facts", [])),
        "warning desk",
        "there is no policy to read",
        "Add policies:",
    ),
    "a step shown by a wrong remedy": (
        both(lambda content: content["desk"]["tools"].append(OTHER_TOOL), put("process.2.tools", ["refund"])),
        "warning process[2].tools[0]",
        "the step is shown by 'refund', which is a wrong remedy here",
        "Add due: true to refund",
    ),
    "a record that nobody can open": (
        put("desk.search", ["8350"]),
        "error desk.search[0]",
        "no line of the caller's tells '8350', and nothing else opens the record",
        "digit by digit in words",
    ),
    "one search term untold": (
        put("desk.search", ["4729", "Belgrave"]),
        "warning desk.search[1]",
        "no line of the caller's tells 'Belgrave'",
        "or remove it",
    ),
    "an entry that nobody tells": (
        both(put("desk.record.Postcode", "98101"), put("desk.verify", ["Name", "Postcode"])),
        "warning desk.verify[1]",
        "no line of the caller's tells Postcode '98101', so it cannot be verified",
        "in one sentence",
    ),
    "nobody identified": (
        drop("desk.verify"),
        "hint desk.record",
        "nothing identifies the caller",
        "Add verify:",
    ),
    "no role": (drop("role"), "hint id", "there is no role", "Add role:"),
    "no desk": (
        both(drop("desk"), drop("process.2.tools")),
        "hint role",
        "the trainee has no desk",
        "Add desk:",
    ),
}


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, [one.text for one in findings]
    return findings[0]


@pytest.mark.parametrize("flaw", FLAWS)
def test_each_flaw_of_a_caller_has_its_own_finding(tmp_path, flaw):
    change, where, problem, remedy = FLAWS[flaw]
    path = write(tmp_path, change=change)
    finding = only(check_persona(path))
    assert f"{finding.severity.value} {path_text(finding.place)}" == where
    assert problem in finding.problem
    assert remedy in finding.remedy
    assert read_persona(path).id == "lost-parcel", "a finding refuses nothing"


def test_a_finding_stands_at_the_line_of_the_flaw(tmp_path):
    path = write(tmp_path, change=put("role.lines.waits.upset.0", "I wait & wait."))
    (line,) = [n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "&" in text]
    assert only(check_persona(path)).text.startswith(
        f"warning: line {line}, role.lines.waits.upset[0]: '&' cannot"
    )


APPLY = "expert.5.0.1"
"""Where the expert of the sound file applies the tool; 4 reads and grants, 2 looks up, 8 enters."""

SCRIPT_FLAWS: dict[str, tuple[Change, str, str, str]] = {
    "no expert": (
        lambda content: content.update(novice=content.pop("expert")),
        "warning the file",
        "there is no expert",
        "Add expert:",
    ),
    "something untrue": (
        lambda content: content["expert"][4][0].append("The trace will take a week."),
        "warning expert[4][0][3]",
        "the expert says something wrong about 'trace-takes-two' (A trace takes two working days)",
        "two working days",
    ),
    "a policy that is not there": (
        put("expert.4.0.0", {"read": "Refunds"}),
        "error expert[4][0][0].read",
        "the desk has no policy 'Refunds'",
        "Before you speak about it, What the rule is, What holds here",
    ),
    "a tool that is not there": (
        lambda content: content["expert"][5][0].append({"apply": "refund"}),
        "error expert[5][0][2].apply",
        "the desk has no tool 'refund'",
        "Use one of start-trace",
    ),
    "a field that is not there": (
        put(f"{APPLY}.values", {"parcel": "4729", "speed": "quick"}),
        "error expert[5][0][1].values.speed",
        "the desk has no field 'speed'",
        "Use one of parcel",
    ),
    "an entry that is not there": (
        put("expert.2.0.1", {"verify": ["Name", "Birthday"]}),
        "error expert[2][0][1].verify[1]",
        "the desk has no entry 'Birthday'",
        "Name, Parcel number, Notes",
    ),
    "an entry that identifies nobody": (
        put("expert.2.0.1", {"verify": ["Name", "Notes"]}),
        "warning expert[2][0][1].verify[1]",
        "'Notes' does not identify the caller",
        "Verify 'Name' or 'Parcel number'",
    ),
    "a search that finds nothing": (
        put("expert.2.0.0", {"look_up": "9999"}),
        "warning expert[2][0][0].look_up",
        "'9999' finds no record",
        "Look up '4729'",
    ),
    "a wrong value": (
        put(f"{APPLY}.values", {"parcel": "9999"}),
        "warning expert[5][0][1].values.parcel",
        "'9999' is not right for 'parcel'",
        "Write '4729'",
    ),
    "a field left empty": (
        put("expert.8.0.1.enter", {"reason": "lost"}),
        "warning expert[8][0][1].enter",
        "the expert leaves 'promise' empty",
        "Write 'two days'",
    ),
    "a wording that does not look up": (
        lambda content: content["expert"][2].append([{"verify": ["Name"]}, "Thank you."]),
        "warning expert",
        "the expert may not look up the record",
        "in every wording of one stage",
    ),
    "nobody verified": (drop("expert.2.0.1"), "warning expert", "may not verify the caller", "every wording"),
    "the due tool left alone": (
        drop(APPLY),
        "warning expert",
        "may not apply 'start-trace', which is due",
        "every",
    ),
    "no entry": (
        drop("expert.8.0.1"),
        "warning expert",
        "the expert may not enter the case",
        "every wording",
    ),
    "a need not granted": (
        both(put("expert.4.0.1", "I will see."), put("expert.8.0.0", "That is all.")),
        "warning expert",
        "the expert may not grant 'wish'",
        "every wording",
    ),
}


@pytest.mark.parametrize("flaw", SCRIPT_FLAWS)
def test_each_flaw_of_the_trainees_has_its_own_finding(tmp_path, flaw):
    change, where, problem, remedy = SCRIPT_FLAWS[flaw]
    finding = only(check_trainees(trainees_of(write(tmp_path, change_trainees=change))))
    assert f"{finding.severity.value} {path_text(finding.place)}" == where
    assert problem in finding.problem
    assert remedy in finding.remedy


def test_an_expert_who_applies_a_wrong_remedy_is_found(tmp_path):
    path = write(
        tmp_path,
        change=lambda content: content["desk"]["tools"].append(OTHER_TOOL),
        change_trainees=lambda content: content["expert"][5][0].append({"apply": "refund"}),
    )
    assert "applies 'refund', which is a wrong remedy" in only(check_trainees(trainees_of(path))).problem


def test_only_an_expert_has_to_be_right(tmp_path):
    """A novice may look up nonsense and say what is wrong, but not use what the desk does not have."""

    def novice(content: Content) -> None:
        content["novice"] = [[["The trace will take a week.", {"look_up": "9999"}, {"apply": "refund"}]]]

    finding = only(check_trainees(trainees_of(write(tmp_path, change_trainees=novice))))
    assert path_text(finding.place) == "novice[0][0][2].apply"


def test_trainees_of_every_story_are_read_without_one():
    assert check_trainees(PERSONAS / TRAINEES / "any.yaml") == []


# --- what is told, as a screen shows it ---------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is four seven two nine.", "4729"),
        ("It is forty seven twenty nine.", "4729"),
        ("It is F X, four seven double two.", "FX 4722"),
        ("My address is twenty Lake Street in Seattle.", "20 Lake Street, Seattle"),
        ("I was born on the third of March nineteen eighty four.", "March 3, 1984"),
        ("It was the twenty first of May.", "May 21st"),
        ("It leaves at six forty.", "6:40"),
        ("I paid two hundred twenty dollars.", "220 dollars"),
        ("I paid two hundred five dollars.", "205 dollars"),
        ("I paid two hundred dollars.", "200 dollars"),
        ("My name is Helen Street.", "Helen Street"),
    ],
)
def test_what_is_said_tells_what_is_written(said, shown):
    assert tells(said, shown)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is four seven two.", "4729"),
        ("My name is Helen.", "Helen Street"),
        ("I live in Seattle.", "20 Lake Street, Seattle"),
        ("Hello.", "..."),
    ],
)
def test_what_is_said_in_part_does_not(said, shown):
    assert not tells(said, shown)


def test_a_number_is_spelled_as_it_is_said():
    assert spelled("FX 4709") == "F X four seven zero nine"
    assert tells(f"It is {spelled('FX 4709')}.", "FX 4709")


def test_the_matter_of_sentences_is_what_all_of_them_tell():
    assert (
        matter(["I paid ninety dollars.", "It was ninety dollars in May.", "Ninety dollars."]) == "dollars 90"
    )
