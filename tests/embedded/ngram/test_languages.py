"""Languages other than English: sentences, capitals and completion in their scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete import Autocompleter
from autocomplete.embedded.array_file import save
from autocomplete.embedded.ngram.byte_query import ask, mass
from autocomplete.embedded.ngram.casing import Casing
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.prior import WordPrior
from autocomplete.embedded.ngram.sentences import is_ended, sentences
from tests.embedded.ngram.making import stored_from


@pytest.mark.parametrize(
    ("line", "n_sentences"),
    [
        ("Das ist gut. Ist es das? „Ja!“ Nein.", 4),
        ("Es gibt z. B. Hunde. Sie bellen.", 2),
        ("C’est bon ! Est-ce vrai ? « Oui. » Non.", 4),
        ("Это я. Он пришёл. «Да?» Нет.", 4),
        ("А. С. Пушкин родился. Он писал.", 2),
        ("Τι είναι; Είναι καλό. Ναι!", 3),
        ("Bu ışık. İyi mi? Evet.", 3),
        ("Vâng ạ. Tôi đi. Đúng không?", 3),
        ("هل هذا جيد؟ نعم. لا!", 3),
        ("یہ کیا ہے؟ یہ کتاب ہے۔ ہاں۔", 3),
        ("यह क्या है? यह किताब है। हाँ।", 3),
        ("Mitä kuuluu? Hyvää. Kolmivaihekilowattituntimittari on rikki.", 3),
        ("¿Qué es? ¡Es bueno! Sí.", 3),
        ("ეს კარგია. ისინი მოვიდნენ.", 2),
        ("Ի՞նչ է սա։ Սա գիրք է։", 2),
        ("Sie kam um 5 Uhr. 12 kamen später.", 2),
    ],
)
def test_sentences_end_where_they_do_in_their_language(line: str, n_sentences: int) -> None:
    found = sentences(line)
    assert [is_ended(sentence) for sentence in found] == [True] * n_sentences


@pytest.mark.parametrize(
    ("small", "capital", "turkic"),
    [
        ("über", "Über", False),
        ("да", "Да", False),
        ("ёлка", "Ёлка", False),
        ("άνθρωπος", "Άνθρωπος", False),
        ("đúng", "Đúng", False),
        ("iyi", "İyi", True),
        ("ışık", "Işık", True),
        ("ǆep", "ǅep", False),
    ],
)
def test_first_letters_change_their_case(small: str, capital: str, turkic: bool) -> None:
    casing = Casing(turkic=turkic)
    assert (casing.capitalised(small), casing.lowered(capital)) == (capital, small)


@pytest.mark.parametrize("word", ["ßa", "ﬁn", "ეს", "हाँ", "نعم", "7", "日本", "ʻoha"])
def test_letters_without_a_single_capital_stay(word: str) -> None:
    assert Casing().capitalised(word) == word


#: A sentence, and questions: context, what is typed, the rest of the word.
TEXTS = {
    "german": (
        "Über die Straße geht der Bürgermeister und die Leute grüßen ihn über alles.",
        [("", "Üb", "er"), ("Die Leute", " grü", "ßen")],
    ),
    "french": (
        "L'élève écoute : « Où êtes-vous ? » Élise répond qu'elle écoute l'élève.",
        [("", "L'él", "ève"), ("Il", " éco", "ute")],
    ),
    "russian": (
        "Ёлка стоит в лесу. Когда придёт весна, ёлка будет зелёной.",
        [("", "Ёл", "ка"), ("", "Бу", "дет"), ("В лесу", " сто", "ит")],
    ),
    "greek": (
        "Ο άνθρωπος είναι καλός; Άνθρωπος και θάλασσα, ο άνθρωπος.",
        [("", "Θάλ", "ασσα"), ("Ο", " άνθ", "ρωπος")],
    ),
    "turkish": (
        "Işık yandı. İyi ışık ister, ılık su iyi olur.",
        [("", "Il", "ık"), ("", "İy", "i"), ("Su", " ılı", "k")],
    ),
    "vietnamese": (
        "Vâng ạ. Tôi thích tiếng Việt, đúng không? Đúng ạ.",
        [("", "Đú", "ng"), ("Tôi thích", " ti", "ếng")],
    ),
    "arabic": ("هذا الكتاب جيد؟ نعم، الكتاب جيد جدا.", [("هذا", " الك", "تاب")]),
    "persian": ("او می‌خواهد کتاب بخواند.", [("او", " می‌خ", "واهد")]),
    "hindi": ("यह हिन्दी की किताब है। मैं किताब पढ़ता हूँ।", [("यह", " हिन", "्दी"), ("मैं", " किता", "ब")]),
    "finnish": ("Kolmivaihekilowattituntimittari on rikki.", [("", "Kolmivaihekilowatti", "tuntimittari")]),
}


@pytest.fixture(scope="module", params=TEXTS)
def language(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / "m.ngram"
    save(path, stored_from(folder, text=f"{TEXTS[request.param][0]}\n" * 30))
    return request.param, path


async def test_words_are_completed_in_their_script(language: tuple[str, Path]) -> None:
    name, path = language
    async with Autocompleter(str(path), cutoff=0.2) as ac:
        for context, typed, rest in TEXTS[name][1]:
            decision = await ac.decide(context + typed)
            assert decision.completion == rest, decision.explanation


def test_every_answer_is_exact(language: tuple[str, Path]) -> None:
    name, path = language
    lexicon = Lexicon.open(path)
    for context in ("", TEXTS[name][0], TEXTS[name][0][:-1]):
        for typed in ("", " ", *(typed for _, typed, _ in TEXTS[name][1])):
            listed, residual = ask(lexicon, context, typed.encode(), 30)
            assert sum(p for _, p in listed) + residual == pytest.approx(1.0)
            assert all(token.startswith(typed.encode()) for token, _ in listed)
            total = mass(lexicon, context, typed.encode())
            for token, p in listed:
                assert mass(lexicon, context, token) >= 0.999 * p * total  # which counts longer words too


def test_a_word_in_capitals_is_completed_in_capitals(tmp_path: Path) -> None:
    text = "Когда ёлка стоит в лесу. КОГДА ЁЛКА.\n" * 30
    lexicon = Lexicon(stored_from(tmp_path, text=text, n_units=100))
    listed, _ = ask(lexicon, "Вот", " СТО".encode(), 3)
    assert [token.decode() for token, _ in listed][:1] in ([" СТОИТ"], [])


def test_the_prior_knows_capitals_of_other_scripts(tmp_path: Path) -> None:
    prior = WordPrior(Lexicon(stored_from(tmp_path, text=f"{TEXTS['russian'][0]}\n" * 30)))
    assert prior.word(" Стоит".encode()) == pytest.approx(prior.starts_with(" Стоит".encode()), rel=0.1)
    assert prior.starts_with(" Стоит".encode()) > 1e-3
    assert 0.0 < prior.starts_with(b" \xd0") <= 1.0
