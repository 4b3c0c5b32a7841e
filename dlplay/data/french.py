"""English sentences and the same in French.

A small grammar, and yet word by word does not do. "the small black cat" is "le petit chat noir": some adjectives change
their place. "the", "a" and "my" follow the gender of a noun that comes later, and adjectives follow it too. "does not"
becomes "ne … pas" around the verb, and after it "a book" turns into "de livre".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from dlplay.config import Refusal, field
from dlplay.dataset import Dataset, Examples
from dlplay.pairs import examples, pair
from dlplay.sequences import SequencesConfig, different

Words = tuple[str, ...]
NOUNS: dict[str, tuple[str, str, str, Literal["m", "f"]]] = {
    "cat": ("cats", "chat", "chats", "m"), "dog": ("dogs", "chien", "chiens", "m"),
    "boy": ("boys", "garçon", "garçons", "m"), "girl": ("girls", "fille", "filles", "f"),
    "cow": ("cows", "vache", "vaches", "f"), "mouse": ("mice", "souris", "souris", "f"),
    "book": ("books", "livre", "livres", "m"), "flower": ("flowers", "fleur", "fleurs", "f"),
    "hat": ("hats", "chapeau", "chapeaux", "m"), "key": ("keys", "clé", "clés", "f"),
    "pencil": ("pencils", "crayon", "crayons", "m"), "table": ("tables", "table", "tables", "f"),
}  # fmt: skip
"""English singular: its plural, French singular and plural, gender. None begins with a vowel: nothing is elided."""
ALIVE = ("cat", "dog", "boy", "girl", "cow", "mouse")
SIZES: dict[str, tuple[str, str, str, str]] = {
    "small": ("petit", "petite", "petits", "petites"),
    "big": ("grand", "grande", "grands", "grandes"),
    "new": ("nouveau", "nouvelle", "nouveaux", "nouvelles"),
    "pretty": ("joli", "jolie", "jolis", "jolies"),
}
"""Adjectives before a French noun: masculine, feminine, the plural of both."""
COLOURS: dict[str, tuple[str, str, str, str]] = {
    "black": ("noir", "noire", "noirs", "noires"),
    "white": ("blanc", "blanche", "blancs", "blanches"),
    "green": ("vert", "verte", "verts", "vertes"),
    "red": ("rouge", "rouge", "rouges", "rouges"),
}
"""Adjectives after it."""
ARTICLES: dict[str, tuple[str, str, str, str]] = {
    "the": ("le", "la", "les", "les"),
    "a": ("un", "une", "des", "des"),
    "my": ("mon", "ma", "mes", "mes"),
    "this": ("ce", "cette", "ces", "ces"),
}
PLURALS = {"a": "some", "this": "these"}
"""What an English article is before a plural, where it changes."""
PRONOUNS = {
    "i": ("je", 0),
    "you": ("tu", 1),
    "he": ("il", 2),
    "she": ("elle", 2),
    "we": ("nous", 3),
    "they": ("ils", 4),
}
"""French, and the person of the verb: first to third singular, first and third plural."""
INTRANSITIVE: dict[str, tuple[str, Words]] = {
    "sleep": ("sleeps", ("dors", "dors", "dort", "dormons", "dorment")),
    "sing": ("sings", ("chante", "chantes", "chante", "chantons", "chantent")),
    "run": ("runs", ("cours", "cours", "court", "courons", "courent")),
}
TRANSITIVE: dict[str, tuple[str, Words]] = {
    "see": ("sees", ("vois", "vois", "voit", "voyons", "voient")),
    "want": ("wants", ("veux", "veux", "veut", "voulons", "veulent")),
    "take": ("takes", ("prends", "prends", "prend", "prenons", "prennent")),
    "find": ("finds", ("trouve", "trouves", "trouve", "trouvons", "trouvent")),
    "draw": ("draws", ("dessine", "dessines", "dessine", "dessinons", "dessinent")),
}
VERBS = INTRANSITIVE | TRANSITIVE


class FrenchConfig(SequencesConfig):
    examples: int = field(4000, ge=100, le=10000, step=100, help="different sentences that are made")
    negation: bool = field(True, help="some sentences say not")
    adjectives: bool = field(True, help="some nouns have one or two")


@dataclass(frozen=True)
class Phrase:
    """A noun with what belongs to it; size and colour may be empty."""

    article: str
    noun: str
    plural: bool = False
    size: str = ""
    colour: str = ""

    def english(self) -> Words:
        article = PLURALS.get(self.article, self.article) if self.plural else self.article
        noun = NOUNS[self.noun][0] if self.plural else self.noun
        return tuple(filter(None, (article, self.size, self.colour, noun)))

    def french(self, *, negated: bool = False) -> Words:
        """The same in French. negated: as the object of a verb with "pas", where "un" becomes "de"."""
        _, one, many, gender = NOUNS[self.noun]
        form = (gender == "f") + 2 * self.plural
        article = ARTICLES[self.article][form]
        if self.article == "a" and (negated or (self.plural and self.size)):
            article = "de"
        size = SIZES[self.size][form] if self.size else ""
        colour = COLOURS[self.colour][form] if self.colour else ""
        return tuple(filter(None, (article, size, many if self.plural else one, colour)))


@dataclass(frozen=True)
class Sentence:
    """Somebody does something, or does not, to something where the verb takes an object."""

    subject: str | Phrase
    verb: str
    object: Phrase | None = None
    negative: bool = False

    @property
    def person(self) -> int:
        if isinstance(self.subject, Phrase):
            return 4 if self.subject.plural else 2
        return PRONOUNS[self.subject][1]

    def english(self) -> Words:
        subject = self.subject.english() if isinstance(self.subject, Phrase) else (self.subject,)
        third = self.person == 2
        if self.negative:
            verb: Words = ("does" if third else "do", "not", self.verb)
        else:
            verb = (VERBS[self.verb][0] if third else self.verb,)
        return (*subject, *verb, *(self.object.english() if self.object else ()))

    def french(self) -> Words:
        subject = self.subject.french() if isinstance(self.subject, Phrase) else (PRONOUNS[self.subject][0],)
        form = VERBS[self.verb][1][self.person]
        verb = ("ne", form, "pas") if self.negative else (form,)
        return (*subject, *verb, *(self.object.french(negated=self.negative) if self.object else ()))


SOURCE, TARGET = 11, 11
"""Words in the longest sentence: "the small black cats do not see the big white dogs", and the same in French."""


def sentence(config: FrenchConfig, random: Random) -> Sentence:
    def phrase(nouns: Words) -> Phrase:
        size = random.choice(tuple(SIZES)) if config.adjectives and random.random() < 0.4 else ""
        colour = random.choice(tuple(COLOURS)) if config.adjectives and random.random() < 0.4 else ""
        return Phrase(random.choice(tuple(ARTICLES)), random.choice(nouns), random.random() < 0.4, size, colour)

    subject = random.choice(tuple(PRONOUNS)) if random.random() < 0.4 else phrase(ALIVE)
    verb = random.choice(tuple(INTRANSITIVE if random.random() < 0.2 else TRANSITIVE))
    thing = phrase(tuple(NOUNS)) if verb in TRANSITIVE else None
    return Sentence(subject, verb, thing, config.negation and random.random() < 0.3)


def understood(words: Words) -> Sentence:
    """The sentence that reads like this in English. Raises `Refusal` where the grammar has none."""
    rest = list(words)
    articles = {name: name for name in ARTICLES} | {many: one for one, many in PLURALS.items()}
    singulars = {forms[0]: noun for noun, forms in NOUNS.items()}
    verbs = {form: verb for verb in VERBS for form in (verb, VERBS[verb][0])}

    def follows(known: Sequence[str] | dict[str, str]) -> str:
        return rest.pop(0) if rest and rest[0] in known else ""

    def phrase() -> Phrase | None:
        article, size, colour = follows(articles), follows(tuple(SIZES)), follows(tuple(COLOURS))
        noun = follows((*NOUNS, *singulars))
        if not article or not noun:
            return None
        return Phrase(articles[article], singulars.get(noun, noun), noun in singulars, size, colour)

    subject = follows(tuple(PRONOUNS)) or phrase()
    negative = follows(("do", "does")) != "" and follows(("not",)) != ""
    verb = verbs.get(follows(verbs), "")
    thing = phrase()
    if subject and verb:
        found = Sentence(subject, verb, thing, negative)
        if found.english() == words and (verb in TRANSITIVE) == (thing is not None):
            return found
    raise Refusal("text", "The small grammar behind this data has no such sentence.")


def answer(config: FrenchConfig, words: Sequence[str]) -> Sequence[str]:
    return understood(tuple(words)).french()


def make(config: FrenchConfig) -> Examples:
    random = Random(config.seed)
    found = different(lambda: sentence(config, random), config.examples)
    return examples(TASK, [(one.english(), one.french()) for one in found])


ENGLISH = sorted({
    *NOUNS, *(forms[0] for forms in NOUNS.values()), *SIZES, *COLOURS, *ARTICLES, *PLURALS.values(), *PRONOUNS,
    *VERBS, *(forms[0] for forms in VERBS.values()), "do", "does", "not",
})  # fmt: skip
FRENCH = sorted({
    *(word for forms in NOUNS.values() for word in forms[1:3]),
    *(word for table in (SIZES, COLOURS, ARTICLES) for forms in table.values() for word in forms),
    *(word for word, _ in PRONOUNS.values()), *(word for _, forms in VERBS.values() for word in forms),
    "ne", "pas", "de",
})  # fmt: skip
TASK = pair((ENGLISH, SOURCE), (FRENCH, TARGET), joint=" ")

DATASET = Dataset(
    title="English to French",
    config=FrenchConfig,
    task=lambda config: TASK,
    make=make,
    answer=answer,
    source="sentences made from a small grammar of its own",
)
