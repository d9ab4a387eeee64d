"""What witnesses are made of: plain clauses without punctuation or digits, in the languages that instructions ask for.

The French ones have no accent, cedilla or ligature, and the Spanish ones no accent, so that any instruction can be
kept; each language is one that langdetect tells from the others by these clauses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

CLAUSES: Mapping[str, Sequence[str]] = {
    "en": (
        "the old garden is quiet in the morning",
        "my neighbour walks along the river with a small dog",
        "we often read good books when the evening is long",
        "they like to cook warm soup and to bake fresh bread",
        "some people climb the hill to look at the town below",
        "a big dog is in our yard",
        "she will give her brother the keys of the house",
    ),
    "fr": (
        "le vieux jardin est calme le matin",
        "mon voisin marche le long de la plage avec un petit chien",
        "nous lisons souvent de bons livres quand la nuit est longue",
        "ils aiment cuire du pain dans la grande maison du village",
        "les enfants jouent dehors quand il fait beau",
        "le matin la plage est calme",
    ),
    "es": (
        "el viejo parque es tranquilo por la tarde",
        "mi vecino camina por la playa con un perro grande",
        "nosotros leemos buenos libros cuando la noche es larga",
        "ellos quieren cocinar sopa y comer pan con sus amigos",
        "los chicos juegan fuera de la casa cuando hace sol",
    ),
    "bg": ("това е красива градина и децата играят там всеки ден",),
    "de": ("das ist ein schöner Garten und die Kinder spielen dort jeden Tag",),
    "fa": ("این یک باغ زیبا است و کودکان هر روز در آن بازی می کنند",),
    "fi": ("tämä on kaunis puutarha ja lapset leikkivät siellä joka päivä",),
    "hi": ("यह एक सुंदर बाग है और बच्चे वहाँ हर दिन खेलते हैं",),
    "it": ("questo è un bel giardino e i bambini giocano lì ogni giorno",),
    "ja": ("これは美しい庭で子供たちは毎日そこで遊んでいます",),
    "kn": ("ಇದು ಒಂದು ಸುಂದರವಾದ ಉದ್ಯಾನ ಮತ್ತು ಮಕ್ಕಳು ಅಲ್ಲಿ ಆಡುತ್ತಾರೆ",),
    "ko": ("이곳은 아름다운 정원이고 아이들은 매일 그곳에서 놉니다",),
    "ml": ("ഇത് മനോഹരമായ ഒരു പൂന്തോട്ടമാണ് കുട്ടികൾ അവിടെ കളിക്കുന്നു",),
    "mr": ("ही एक सुंदर बाग आहे आणि मुले तिथे रोज खेळत आहेत",),
    "pa": ("ਇਹ ਇੱਕ ਸੁੰਦਰ ਬਾਗ ਹੈ ਅਤੇ ਬੱਚੇ ਉੱਥੇ ਹਰ ਰੋਜ਼ ਖੇਡਦੇ ਹਨ",),
    "pt": ("este é um jardim muito bonito e as crianças brincam lá todos os dias",),
    "ru": ("это красивый сад и дети каждый день играют там",),
    "sw": ("hii ni bustani nzuri na watoto wanacheza huko kila siku",),
    "te": ("ఇది ఒక అందమైన తోట మరియు పిల్లలు అక్కడ ఆడుకుంటారు",),
    "vi": ("đây là một khu vườn đẹp và trẻ em đang chơi ở đó",),
    "zh": ("这是一个美丽的花园孩子们每天都在那里玩",),
}
