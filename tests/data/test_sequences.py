"""Sequences and pairs against rules of their own: every answer is what an independent reading says."""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import numpy as np
import pytest

from dlplay.config import Refusal, accept, knobs
from dlplay.data.french import NOUNS, Phrase, Sentence
from dlplay.data.numbers import in_words
from dlplay.data.roman import roman
from dlplay.dataset import NO_ANSWER, Examples, Task, dataset, datasets, load
from dlplay.tokens import written

SEQUENCES = [slug for slug, record in datasets().items() if record.gives in ("sequence", "pair")]


def made(name: str, **values: Any) -> tuple[Task, Examples]:
    record = dataset(name)
    config = accept(record.config, values)
    return record.task(config), record.make(config)


def told(name: str, **values: Any) -> list[tuple[str, str]]:
    """Every example as a text and its answer."""
    task, found = made(name, **values)
    source = task.source or None
    if task.each_step:
        joint = task.joint if task.answer_joint is None else task.answer_joint
        answers = [written((n for n in row if n != NO_ANSWER), task.classes, joint) for row in found.targets]
    else:
        answers = [task.classes[number] for number in found.targets]
    return [
        (written(row[:source], task.tokens, task.joint), said) for row, said in zip(found.inputs, answers, strict=True)
    ]


def extremes(name: str) -> list[dict[str, Any]]:
    """Configs at the limits: every field at its lowest, every one at its highest, and each choice."""
    fields = [knob for knob in knobs(dataset(name).config) if knob.name not in ("held_out", "seed")]
    low = {knob.name: knob.low for knob in fields if knob.low is not None}
    high = {knob.name: knob.high for knob in fields if knob.high is not None}
    choices = [{**high, knob.name: choice} for knob in fields for choice in knob.choices]
    switches = [{**high, knob.name: value} for knob in fields if knob.kind == "switch" for value in (False, True)]
    return [low, high, *choices, *switches]


@pytest.mark.parametrize("name", SEQUENCES)
def test_every_accepted_config_makes_data_in_a_moment(name: str) -> None:
    made(name)  # what is imported is not counted
    for values in extremes(name):
        for share in (0.1, 0.9):
            before = time.process_time()
            found = load(name, accept(dataset(name).config, {**values, "held_out": share}))
            assert time.process_time() - before < 1, values
            assert len(found.train) > 0
            assert len(found.held_out) > 0
            assert found.train.inputs.shape[1:] == found.task.input_shape


@pytest.mark.parametrize("name", [n for n in SEQUENCES if "examples" in dataset(n).config.model_fields])
def test_there_are_as_many_as_asked_for(name: str) -> None:
    for count in (100, 700):
        assert len(made(name, examples=count)[1]) == count


@pytest.mark.parametrize(("length", "seed"), [(4, 0), (50, 1), (200, 2)])
def test_adding_sums_the_two_marked_values(length: int, seed: int) -> None:
    _, found = made("adding", length=length, seed=seed, examples=300)
    values, marks = found.inputs[..., 0], found.inputs[..., 1]
    assert set(np.unique(marks)) == {0, 1}
    assert (marks[:, : length // 2].sum(axis=1) == 1).all()
    assert (marks[:, length // 2 :].sum(axis=1) == 1).all()
    assert 0 <= values.min() < values.max() < 1
    assert found.targets[:, 0] == pytest.approx(
        [row[mark == 1].sum() for row, mark in zip(values, marks, strict=True)], abs=1e-6
    )


def test_to_answer_one_is_wrong_by_a_sixth() -> None:
    _, found = made("adding", examples=10000)
    assert np.mean((found.targets - 1) ** 2) == pytest.approx(1 / 6, abs=0.01)


def test_a_wave_without_noise_follows_from_the_two_values_before() -> None:
    """A single sine obeys x(t+1) = 2 cos(ω) x(t) − x(t−1)."""
    _, found = made("waves", noise=0, sines=1, length=40, examples=100)
    waves = np.concatenate([found.inputs, found.targets[:, -1:]], axis=1)[..., 0].astype(float)
    before, here, after = waves[:, :-2], waves[:, 1:-1], waves[:, 2:]
    twice = ((before + after) * here).sum(axis=1) / (here**2).sum(axis=1)
    assert before + after == pytest.approx(twice[:, None] * here, abs=1e-4)
    assert (twice <= 2 * np.cos(2 * np.pi / 40) + 1e-6).all()
    assert (twice >= 2 * np.cos(2 * np.pi / 8) - 1e-6).all()


def test_noise_has_the_deviation_asked_for() -> None:
    clean, noisy = (made("waves", noise=noise)[1].inputs for noise in (0, 0.3))
    assert np.std(noisy - clean) == pytest.approx(0.3, abs=0.01)


def test_digits_are_read_from_the_upper_left() -> None:
    images = made("digits")[1]
    for read in ("rows", "pixels"):
        _, found = made("digit-rows", read=read)
        assert (found.inputs.reshape(-1, 8, 8) == images.inputs[:, 0]).all()
        assert (found.targets == images.targets).all()


def test_recall_asks_for_the_first_letter() -> None:
    for text, said in told("recall", gap=30, symbols=6, distractors=2):
        assert re.fullmatch("[A-F][ab]{30}", text)
        assert text[0] == said


def test_parity_is_the_sum_of_the_bits() -> None:
    texts = told("parity", length=20)
    assert {len(text) for text, _ in texts} == set(range(1, 21))
    for text, said in texts:
        assert said == ("odd" if sum(map(int, text)) % 2 else "even")


@pytest.mark.parametrize("kinds", [1, 2, 3, 4])
def test_brackets_vanish_pair_by_pair_where_they_are_balanced(kinds: int) -> None:
    texts = told("brackets", kinds=kinds, length=24)
    for text, said in texts:
        rest, before = text, ""
        while rest != before:
            before, rest = rest, re.sub(r"\(\)|\[\]|\{\}|<>", "", rest)
        assert said == ("wrong" if rest else "balanced"), text
        assert len(text) % 2 == 0
    assert sum(said == "balanced" for _, said in texts) == len(texts) / 2
    assert max(len(text) for text, _ in texts) == 24


def test_counting_counts() -> None:
    texts = told("counting", most=12, dots=6)
    for text, said in texts:
        first, second = re.fullmatch("(a+)(b+)", text.replace(".", "")).groups()  # type: ignore[union-attr]
        assert said == ("equal" if len(first) == len(second) else "different")
        assert abs(len(first) - len(second)) <= 3
        assert max(len(first), len(second)) <= 12
        assert text.count(".") <= 6
    assert sum(said == "equal" for _, said in texts) == len(texts) / 2


GOOD = {
    "good",
    "great",
    "lovely",
    "clever",
    "funny",
    "warm",
    "brilliant",
    "moving",
    "like",
    "liked",
    "enjoy",
    "enjoyed",
    "love",
    "loved",
}
BAD = {
    "bad",
    "dull",
    "poor",
    "silly",
    "boring",
    "weak",
    "clumsy",
    "flat",
    "dislike",
    "disliked",
    "hate",
    "hated",
    "regret",
    "regretted",
}


def judged(text: str) -> str:
    """Praise or blame: the one opinion after the last "but", turned round by every word of negation before it."""
    words = text.split(" but ")[-1].split()
    (opinion,) = [word for word in words if word in GOOD | BAD]
    before = words[: words.index(opinion)]
    turns = sum(word in ("not", "hardly", "never", "nobody", "far") for word in before)
    return "praise" if (opinion in GOOD) == (turns % 2 == 0) else "blame"


def test_sentences_praise_or_blame_as_they_are_read() -> None:
    texts = told("sentiment", examples=5000)
    for text, said in texts:
        assert judged(text) == said, text
    assert any("do not think" in text and "was hardly" in text for text, _ in texts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the film was not bad", "praise"),
        ("the book was far from good", "blame"),
        ("nobody hated the play but the ending was hardly good", "blame"),
        ("i do not think the song was never funny", "praise"),
    ],
)
def test_the_judge_of_these_tests_judges_right(text: str, said: str) -> None:
    assert judged(text) == said


def test_without_negation_every_word_means_what_it_says() -> None:
    for text, said in told("sentiment", negation=0, two_parts=False):
        assert not {"not", "hardly", "never", "nobody", "far", "but"} & set(text.split())
        assert said == ("praise" if GOOD & set(text.split()) else "blame")


def test_no_single_word_gives_a_judgement_away() -> None:
    texts = told("sentiment", examples=5000, negation=0.5)
    for word in ("good", "dull", "not", "liked", "but"):
        said = [said == "praise" for text, said in texts if word in text.split()]
        assert 0.25 < np.mean(said) < 0.75


AFTER = {"adjective", "noun"}


def test_tags_follow_from_the_words_behind() -> None:
    """Read from the end: what follows decides what the words with two meanings are."""
    texts = told("tagging", examples=3000, adjectives=3)
    either, both = {"that", "her"}, {"cold", "light", "dark", "blue", "sweet", "quiet"}
    links, known = {"after", "before", "until", "since"}, {}
    for text, said in texts:
        words, tags = text.split(), said.split()
        assert len(words) == len(tags)
        for place, (word, tag) in enumerate(zip(words, tags, strict=True)):
            behind = tags[place + 1] if place + 1 < len(tags) else ""
            if word in either:
                assert tag == ("determiner" if behind in AFTER else "pronoun")
            elif word in both:
                assert tag == ("adjective" if behind in AFTER else "noun")
            elif word in links:
                head = next(p for p in range(place + 1, len(tags)) if tags[p] in ("noun", "pronoun"))
                assert tag == ("conjunction" if tags[head + 1] == "verb" else "preposition")
            else:
                assert known.setdefault(word, tag) == tag
    assert dict(texts)["that sings"] == "pronoun verb"


def test_copy_answers_behind_the_bar_and_nowhere_else() -> None:
    task, found = made("copy", shortest=3, longest=15, symbols=5)
    for row, said in zip(found.inputs, found.targets, strict=True):
        text = written(row, task.tokens, "")
        letters, blanks = text.split("|")
        assert blanks == "_" * len(letters)
        assert (said[: len(letters) + 1] == NO_ANSWER).all()
        assert written(said[len(letters) + 1 : len(text)], task.classes, "") == letters
        assert (said[len(text) :] == NO_ANSWER).all()


def test_names_begin_and_end() -> None:
    task, found = made("names")
    names = [written(row, task.tokens, "") for row in found.inputs]
    assert len(names) == 142
    assert {"France", "Cote d'Ivoire", "Central African Republic"} <= set(names)
    for row, said, name in zip(found.inputs, found.targets, names, strict=True):
        assert task.tokens[row[0]] == "▸"
        assert task.classes[said[len(name)]] == "◂"
        assert written(said[: len(name) + 1], task.classes, "") == name
        assert (said[len(name) + 1 :] == NO_ANSWER).all()


def test_stories_are_read_as_they_are_written() -> None:
    task, found = made("stories", length=100)
    assert written(found.inputs[0], task.tokens, "").startswith("The fox had a red scarf. Every morning")
    assert 3000 < len(found) * 5 < 6000


def test_reverse_and_sort() -> None:
    for text, said in told("reverse", shortest=2, longest=12):
        assert said == "".join(reversed(text))
        assert 2 <= len(text) <= 12
    for text, said in told("sort", symbols=5):
        assert said == "".join(letter * text.count(letter) for letter in "abcde")


def test_lengths_run_from_the_shortest_to_the_longest() -> None:
    for name in ("reverse", "sort"):
        lengths = np.bincount([len(text) for text, _ in told(name)], minlength=21)
        assert (lengths[:3] == 0).all()
        assert (lengths[3:] > 0).all()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (7, "seven"),
        (13, "thirteen"),
        (20, "twenty"),
        (41, "forty one"),
        (100, "one hundred"),
        (406, "four hundred six"),
        (999, "nine hundred ninety nine"),
        (1000, "one thousand"),
        (12_015, "twelve thousand fifteen"),
        (700_300, "seven hundred thousand three hundred"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert " ".join(in_words(number)) == words


def valued(words: list[str]) -> int:
    """The number that English words say, added up from left to right."""
    small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    values = {word: place for place, word in enumerate([*small.split(), "seventeen", "eighteen", "nineteen"])}
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    values |= {word: 10 * place for place, word in enumerate(tens, 2)}
    thousands, here = 0, 0
    for word in words:
        if word == "thousand":
            thousands, here = here * 1000, 0
        else:
            here = here * 100 if word == "hundred" else here + values[word]
    return thousands + here


@pytest.mark.parametrize("largest", [99, 999, 4321, 99_999, 999_999])
def test_words_say_their_number_both_ways(largest: int) -> None:
    forth = told("numbers", largest=largest)
    back = told("numbers", largest=largest, direction="to_words")
    assert [(said, text) for text, said in back] == forth
    for words, figures in forth:
        assert valued(words.split()) == int(figures) <= largest
    assert {len(figures) for _, figures in forth} == set(range(1, len(str(largest)) + 1))


@pytest.mark.parametrize(
    ("number", "letters"),
    [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (40, "XL"), (90, "XC"), (444, "CDXLIV"), (1994, "MCMXCIV"),
     (2026, "MMXXVI"), (3888, "MMMDCCCLXXXVIII"), (3999, "MMMCMXCIX")],
)  # fmt: skip
def test_roman_numerals(number: int, letters: str) -> None:
    assert roman(number) == letters


@pytest.mark.parametrize("largest", [100, 1000, 3999])
def test_letters_add_up_to_their_number(largest: int) -> None:
    worth = dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000), strict=True))
    texts = told("roman", largest=largest)
    assert texts == [(said, text) for text, said in told("roman", largest=largest, direction="to_roman")]
    for letters, figures in texts:
        values = [worth[letter] for letter in letters]
        signs = [-1 if here < after else 1 for here, after in zip(values, [*values[1:], 0], strict=True)]
        assert sum(sign * value for sign, value in zip(signs, values, strict=True)) == int(figures) <= largest


def test_dates_are_the_same_day() -> None:
    forms = {"english": "%d %B %Y", "american": "%B %d, %Y", "short": "%d %b %y"}
    for form, pattern in forms.items():
        for text, said in told("dates", read=form):
            day = datetime.date.fromisoformat(said)
            assert 1950 <= day.year < 2050
            if form == "short":
                assert int(text[-2:]) == day.year % 100
                text, here = text[:-2] + str(day.year), "%d %b %Y"
            else:
                here = pattern
            assert datetime.datetime.strptime(text, here).date() == day
    for iso, dots in zip(told("dates"), told("dates", write="dots"), strict=True):
        assert dots == (iso[0], f"{iso[1][8:]}.{iso[1][5:7]}.{iso[1][:4]}")


def test_mixed_dates_come_in_every_form() -> None:
    texts = [text for text, _ in told("dates", examples=300)]
    for form in (r"\d+ [A-Z][a-z]+ \d{4}", r"[A-Z][a-z]+ \d+, \d{4}", r"\d+ [A-Z][a-z]{2} \d\d"):
        assert sum(bool(re.fullmatch(form, text)) for text in texts) > 50


@pytest.mark.parametrize(
    ("sentence", "english", "french"),
    [
        (Sentence("i", "sleep"), "i sleep", "je dors"),
        (Sentence("she", "run", negative=True), "she does not run", "elle ne court pas"),
        (Sentence("they", "sing"), "they sing", "ils chantent"),
        (
            Sentence(Phrase("the", "cat", size="small", colour="black"), "see", Phrase("a", "mouse", colour="white")),
            "the small black cat sees a white mouse",
            "le petit chat noir voit une souris blanche",
        ),
        (
            Sentence(Phrase("my", "girl", plural=True), "want", Phrase("a", "book", colour="green"), negative=True),
            "my girls do not want a green book",
            "mes filles ne veulent pas de livre vert",
        ),
        (
            Sentence("we", "take", Phrase("this", "key", plural=True, size="pretty", colour="red")),
            "we take these pretty red keys",
            "nous prenons ces jolies clés rouges",
        ),
        (
            Sentence("you", "find", Phrase("a", "hat", plural=True, size="new")),
            "you find some new hats",
            "tu trouves de nouveaux chapeaux",
        ),
        (
            Sentence(Phrase("a", "cow", plural=True, colour="white"), "draw", Phrase("the", "table"), negative=True),
            "some white cows do not draw the table",
            "des vaches blanches ne dessinent pas la table",
        ),
        (Sentence(Phrase("this", "dog"), "see", Phrase("my", "flower")), "this dog sees my flower",
         "ce chien voit ma fleur"),
    ],
)  # fmt: skip
def test_french_by_hand(sentence: Sentence, english: str, french: str) -> None:
    assert " ".join(sentence.english()) == english
    assert " ".join(sentence.french()) == french


def test_what_stands_with_a_french_noun_agrees_with_it() -> None:
    genders = {word: forms[3] for forms in NOUNS.values() for word in forms[1:3]}
    of_one = {"le": "m", "la": "f", "un": "m", "une": "f", "mon": "m", "ma": "f", "ce": "m", "cette": "f"}
    for _, said in told("french"):
        words = said.split()
        for place, word in enumerate(words):
            if word in of_one:
                noun = next(later for later in words[place:] if later in genders)
                assert genders[noun] == of_one[word], said
            if word in ("noir", "noirs", "blanc", "blancs", "vert", "verts"):
                assert genders[words[place - 1]] == "m", said
            if word in ("noire", "noires", "blanche", "blanches", "verte", "vertes"):
                assert genders[words[place - 1]] == "f", said
        assert ("ne" in words) == ("pas" in words)
        if "ne" in words:
            assert words.index("pas") == words.index("ne") + 2


def test_french_without_adjectives_and_negation_goes_word_by_word() -> None:
    for text, said in told("french", adjectives=False, negation=False):
        assert len(text.split()) == len(said.split())


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("adding", {"length": 500}, "length is 500; the largest allowed is 200."),
        ("reverse", {"shortest": 0}, "shortest is 0; the smallest allowed is 1."),
        ("stocks", {"company": "IBM"}, "company is 'IBM'; it can be all, AAPL, AMZN, FB, GOOG, MSFT or NFLX."),
        ("brackets", {"kinds": 9}, "kinds is 9; the largest allowed is 4."),
        ("dates", {"write": "stars"}, "write is 'stars'; it can be iso or dots."),
    ],
)
def test_what_cannot_be_made_is_refused(name: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal) as refusal:
        made(name, **values)
    assert refusal.value.sentence == said


def test_counting_is_followed_by_the_difference_that_is_zero_where_both_are_equal() -> None:
    record = dataset("counting")
    config = record.config()
    examples = record.make(config)
    assert record.follows is not None
    for row, equal in zip(examples.inputs[:100], examples.targets[:100], strict=True):
        name, difference = record.follows(config, row[row != 0])
        assert name == "a minus b so far"
        assert (difference[-1] == 0) == bool(equal)
