"""Spanish: present, participle, preterite, imperfect, future, infinitive, gerund of the verbs."""

from __future__ import annotations

import re

from tasks.content_production.translation.lexicon import Choices, Noun, read_choices, read_qualities, read_things
from tasks.content_production.translation.structure import Clause
from tasks.content_production.translation.tongue import Romance

_AND = re.compile(r"\by (?=[iI])")
_HELP = "ayuda"  # what is done to persons takes `a`


class Spanish(Romance):
    """Spanish."""

    name = "es"
    or_words = ("o", "u")
    numbers = "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
    after_comma = ("pero",)
    links = (
        (("y", "main"),),
        (("pero", "main"),),
        (("porque", "main"), ("ya que", "main")),
        (("mientras", "main"), ("mientras que", "main")),
    )
    things = read_things(
        """
lava lavado lavó lavaba lavará lavar lavando | camisa f, taza f, coche m/carro m/auto m
repara reparado reparó reparaba reparará reparar reparando | bicicleta f/bici f, lámpara f
encuentra encontrado encontró encontraba encontrará encontrar encontrando | llave f, cuaderno m/libreta f,
    bolsa f/bolso m
dibuja dibujado dibujó dibujaba dibujará dibujar dibujando | árbol m árboles, barco m/bote m
cierra cerrado cerró cerraba cerrará cerrar cerrando | puerta f, maleta f, caja f
ayuda ayudado ayudó ayudaba ayudará ayudar ayudando | vecino m, primo m
visita visitado visitó visitaba visitará visitar visitando | jardín m jardines, granja f
prepara preparado preparó preparaba preparará preparar preparando | sopa f
hace hecho hizo hacía hará hacer haciendo / toma tomado tomó tomaba tomará tomar tomando
    / saca sacado sacó sacaba sacará sacar sacando | foto f/fotografía f
toma tomado tomó tomaba tomará tomar tomando / coge cogido cogió cogía cogerá coger cogiendo | tren m trenes
escribe escrito escribió escribía escribirá escribir escribiendo | carta f, poema m
vende vendido vendió vendía venderá vender vendiendo | cuadro m/pintura f, vestido m, -, silla f
termina terminado terminó terminaba terminará terminar terminando
    / acaba acabado acabó acababa acabará acabar acabando | dibujo m, novela f
abre abierto abrió abría abrirá abrir abriendo | ventana f, armario m
elige elegido eligió elegía elegirá elegir eligiendo
    / escoge escogido escogió escogía escogerá escoger escogiendo | pastel m pasteles/tarta f, cuchillo m
ve visto vio veía verá ver viendo | pájaro m, puente m, nube f
pierde perdido perdió perdía perderá perder perdiendo | bolígrafo m, -, paraguas m paraguas
compra comprado compró compraba comprará comprar comprando | libro m, lámpara f, escalera f, cesta f/canasta f
""",
        lambda word: f"{word}s",
    )
    qualities = read_qualities("""
rojo roja rojos rojas after
verde verde verdes verdes after
azul azul azules azules after
amarillo amarilla amarillos amarillas after
negro negra negros negras after
extraño extraña extraños extrañas after/raro rara raros raras after
-
-
ligero ligera ligeros ligeras after
-
pequeño pequeña pequeños pequeñas after/pequeño pequeña pequeños pequeñas before
grande grande grandes grandes after/gran gran grandes grandes before
blanco blanca blancos blancas after
gris gris grises grises after
pesado pesada pesados pesadas after
redondo redonda redondos redondas after
""")
    adjuncts = read_choices("""
en el jardín
en la cocina
en el mercado
en la biblioteca
delante del ayuntamiento/frente al ayuntamiento/enfrente del ayuntamiento
cerca de la estación
por la mañana/en la mañana
antes del mediodía/antes de mediodía
después de la cena/después de cenar
sin ayuda
con esmero/con cuidado/cuidadosamente
cada domingo/todos los domingos
en la escuela/en el colegio
debajo del puente/bajo el puente
detrás de la iglesia
durante las vacaciones/en las vacaciones
""")
    idioms = read_choices("""
Llueve a cántaros/Está lloviendo a cántaros
Cuesta un ojo de la cara
Cuando las ranas críen pelo
-
No hay que vender la piel del oso antes de cazarlo
Más vale tarde que nunca/Mejor tarde que nunca
Las apariencias engañan/El hábito no hace al monje
-
Las paredes oyen/Las paredes tienen oídos
-
-
-
Es pan comido
De tal palo, tal astilla
""")

    def verb(self, clause: Clause) -> Choices:
        """The preterite and the future are told; perfect, imperfect and the rest are as good."""
        found: list[str] = []
        for present, participle, preterite, imperfect, future, infinitive, gerund in self.told_of(clause).verbs:
            if clause.tense == "present":
                found += [present, f"está {gerund}"]
            elif clause.tense == "past":
                found += [preterite, f"ha {participle}", imperfect, f"estaba {gerund}"]
            else:
                found += [future, f"va a {infinitive}"]
        return tuple(f"no {form}" for form in found) if clause.denied else tuple(found)

    def thing(self, clause: Clause) -> Choices:
        """Persons take `a`: "ayuda a su vecino", "ayuda al vecino"."""
        found = super().thing(clause)
        if clause.bare or self.told_of(clause).verbs[0][0] != _HELP:
            return found
        return tuple(f"a {said}".replace("a el ", "al ") for said in found)

    def article(self, clause: Clause, noun: Noun, said: str) -> Choices:
        """By gender alone."""
        feminine = noun.gender == "f"
        if clause.article == "the":
            return ("la " if feminine else "el ",)
        if clause.article == "a":
            return ("una " if feminine else "un ",)
        if clause.article == "this":
            return ("esta ", "esa ", "aquella ") if feminine else ("este ", "ese ", "aquel ")
        return ("su ",)

    def smooth(self, text: str) -> str:
        """`Y` is `e` before the sound i: "e Iris"."""
        return _AND.sub("e ", text)
