"""The word checker: what it finds, what it lets pass, where it says it was, and what it refuses."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import yaml

from forbear.errors import InputError
from forbear.gateways.packs import read_pack_texts, read_word_model, read_word_texts
from forbear.law.parse import parse
from forbear.law.words import check, parse_words
from forbear.law.words.check import LENGTH_MAX, Finding, Origin
from forbear.law.words.fold import fold
from forbear.law.words.lexicon import Act, Kind, Lexicon
from forbear.law.words.model import FORM, Model, parse_model

OWN = yaml.safe_load((Path(__file__).parent / "words_own.yaml").read_text(encoding="utf-8"))
LAWFUL = [
    (pack, kind, text)
    for pack, part in OWN.items()
    for kind, texts in part["lawful"].items()
    for text in texts
]
UNLAWFUL = [(pack, *row) for pack, part in OWN.items() for row in part["unlawful"]]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """What is shipped; that it loads says that every pattern finds and passes its own examples."""
    return parse_words(read_word_texts())


def found(text: str, lexicon: Lexicon, kind: str = "excerpt", pack: str = "cn") -> list[Finding]:
    """Return what is found in a text."""
    return check(text, lexicon=lexicon, pack=pack, kind=Kind(kind))


@pytest.mark.parametrize(("pack", "kind", "text"), LAWFUL)
def test_lawful_words_pass(lexicon: Lexicon, pack: str, kind: str, text: str) -> None:
    """Lawful words pass, harsh ones among them."""
    assert [(one.act, one.by, text[one.start : one.end]) for one in found(text, lexicon, kind, pack)] == []


@pytest.mark.parametrize(("pack", "act", "kind", "text"), UNLAWFUL)
def test_a_forbidden_act_is_found(lexicon: Lexicon, pack: str, act: str, kind: str, text: str) -> None:
    """A forbidden act is found under its own name."""
    assert act in {one.act for one in found(text, lexicon, kind, pack)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("您好。你这样要坐 牢 的", "坐 牢"),
        ("你会被抓去坐*牢", "抓去"),
        ("要ｚｕｏ牢的", "ｚｕｏ牢"),
        ("再不還錢就讓你做牢", "做牢"),
        ("No joke: j a i l.", "j a i l"),
        ("You will go to JA1L", "JA1L"),
    ],
)
def test_the_place_is_that_of_the_original(lexicon: Lexicon, text: str, said: str) -> None:
    """A find names its characters in the text as given, whatever was folded away."""
    assert said in [text[one.start : one.end] for one in found(text, lexicon)]


def test_folding_keeps_order_and_bounds(lexicon: Lexicon) -> None:
    """Every folded character stands at a place of the original, in order."""
    text = "　Ｈｅｌｌｏ　法*院 ﬁn c h a o票\u200b，還錢"
    folded = fold(text, lexicon.spelling)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert "法院" in folded.text
    assert "抄票" in folded.text


def test_each_rule_named_is_in_its_pack(lexicon: Lexicon) -> None:
    """An act names rules that its packs have."""
    packs = {pack for entry in lexicon.acts.values() for pack in entry.offends}
    rules = {pack: {rule.id for rule in parse(read_pack_texts(pack)).rules} for pack in packs}
    named = [
        (pack, rule)
        for entry in lexicon.acts.values()
        for pack, those in entry.offends.items()
        for rule in those
    ]
    assert named
    assert [(pack, rule) for pack, rule in named if rule not in rules[pack]] == []


def test_acts_are_complete_and_speak_both_languages(lexicon: Lexicon) -> None:
    """Every act has its title and reason in Chinese and English."""
    assert set(lexicon.acts) == set(Act)
    assert all(
        [language for language, _ in words] == ["zh-hans", "en"]
        for entry in lexicon.acts.values()
        for words in (entry.title, entry.reason)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "piece"),
    [
        *(
            ("excerpt", piece)
            for piece in ("我们会去你家找", "打到", "i will tell call your ", "j a i l ", "坐*")
        ),
        *(("excerpt", piece) for piece in ("刚刚刚说", "tow tv ")),
        ("third_party", "他的贷款已逾期。"),
    ],
)
def test_a_long_hostile_text_takes_linear_time(lexicon: Lexicon, kind: str, piece: str) -> None:
    """Ten times the characters, made to provoke every pattern, take about ten times as long."""

    def taken(length: int) -> float:
        begun = time.process_time()
        check((piece * length)[:length], lexicon=lexicon, pack="cn", kind=Kind(kind))
        return time.process_time() - begun

    assert taken(LENGTH_MAX) < 25 * taken(LENGTH_MAX // 10)


def test_a_longer_text_is_refused(lexicon: Lexicon) -> None:
    """Beyond the bound a text is refused, not read in part."""
    with pytest.raises(InputError, match="Split it"):
        check("a" * (LENGTH_MAX + 1), lexicon=lexicon, pack="cn")


def test_a_duty_may_hang_on_pack_and_channel(lexicon: Lexicon) -> None:
    """How to stop must be said in a text message under the law of the United States, and not in a call."""
    text = "This is Northgate Recovery, a debt collector, collecting a debt."
    by = {
        (pack, channel): [
            one.by
            for one in check(text, lexicon=lexicon, pack=pack, kind=Kind.LATER_MESSAGE, channel=channel)
        ]
        for pack, channel in (("us", "sms"), ("us", "call"), ("cn", "sms"))
    }
    assert by == {("us", "sms"): ["us.says-how-to-stop"], ("us", "call"): [], ("cn", "sms"): []}


def test_a_model_speaks_under_its_own_mark(lexicon: Lexicon, tmp_path: Path) -> None:
    """A trained model adds advice about tone, marked as its own; it names no act of a statute."""
    (tmp_path / "words").mkdir()
    written = {"form": FORM, "name": "m", "bias": -1, "weights": {"糟": 2}}
    (tmp_path / "words" / "model.json").write_text(json.dumps(written), "utf-8")
    model = read_word_model(tmp_path)
    assert read_word_model(tmp_path / "elsewhere") is None
    findings = check("好\n真糟", lexicon=lexicon, pack="cn", model=model)
    assert [(one.act, one.origin, one.start, one.end) for one in findings] == [
        (Act.OFFENSIVE, Origin.MODEL, 2, 4)
    ]


def test_a_model_counts_each_piece_once() -> None:
    """A model's sum is its bias and the weight of each different piece, gaps included."""
    model = Model(name="m", bias=1, weights={"a": 10, "ab": 100, "a\0a": 1000, "a\0\0b": 5})
    assert model.score("ABAB") == 1 + 10 + 100 + 1000 + 5


@pytest.mark.parametrize(
    "text", ["{", b"\xff\xfe\x00", "[]", '{"form": "x", "name": "m", "bias": 0, "weights": {}}']
)
def test_what_is_no_model_is_refused(text: str | bytes) -> None:
    """A file that is no model is refused with what to do."""
    with pytest.raises(InputError, match="Train it anew"):
        parse_model(text, source="model.json")


ACTS = """
acts:
  threat:
    title: {zh-hans: 威胁, en: Threat}
    reason: {zh-hans: 威胁, en: It threatens.}
    offends: {cn: [cn.cba.threats]}
"""


@pytest.mark.parametrize(
    ("patterns", "says"),
    [
        (
            "{id: a, act: threat, say: [打 .. 你], matches: [打死你], passes: [], unless: [quoted]}",
            "'quoted'",
        ),
        ("{id: a, act: rude, say: [打], matches: [打], passes: []}", "'rude'"),
        ("{id: a, act: insult, say: [打], matches: [打], passes: []}", "Declare it under acts"),
        ("{id: a, act: threat, say: [<who>], matches: [打], passes: []}", "no class <who>"),
        ("{id: a, act: threat, say: [.. 打], matches: [打], passes: []}", "at most"),
        ("{id: a, act: threat, say: [Beat], matches: [beat], passes: []}", "small letters"),
        ("{id: a, act: threat, say: [打], matches: [骂], passes: []}", "it misses '骂'"),
        ("{id: a, act: threat, say: [打], matches: [打], passes: [打字]}", "it finds '打字'"),
        ("{id: a, act: threat, say: [打], matches: [打], passes: [], more: 1}", "'more' is not known"),
    ],
)
def test_a_bad_pattern_does_not_load(patterns: str, says: str) -> None:
    """What a pattern may not be is refused with file, line, place and cure."""
    with pytest.raises(InputError, match=r"bad\.yaml, line \d+") as raised:
        parse_words({"acts.yaml": ACTS, "bad.yaml": f"patterns:\n  - {patterns}\n"})
    assert says in str(raised.value)
