"""French sentences with a gap.

`{date}` is "Le 12 mars", `{name}` a first name, with which `{il}` and `{e}` agree, and `{N}` another first name.

Agreement: `grade|sentence|word to agree|right form`, several right forms with "/". Homophones: choices after `=`, then
one line a sentence with its right choice.
"""

from __future__ import annotations

AGREEMENT = """
1|{date}, {name} a acheté une chaise ___.|vert|verte
1|{date}, {name} a acheté des rideaux ___.|vert|verts
1|{date}, {name} a acheté des chaises ___.|vert|vertes
1|{date}, {name} a acheté un tapis ___.|vert|vert
1|{date}, {name} a visité une maison ___.|grand|grande
1|{date}, {name} a visité des jardins ___.|grand|grands
1|{date}, {name} a visité des villes ___.|petit|petites
1|{date}, {name} a vu un pont ___.|petit|petit
2|{date}, {name} portait une robe ___.|blanc|blanche
2|{date}, {name} portait des bottes ___.|neuf|neuves
2|{date}, {name} portait des chaussettes ___.|épais|épaisses
2|{date}, {name} a chanté une chanson ___.|doux|douce
2|{date}, {name} a raconté une histoire ___.|long|longue
2|{date}, {name} a lu des lettres ___.|secret|secrètes
2|{date}, {name} a bu une eau ___.|frais|fraîche/fraiche
2|{date}, {name} a rencontré des voisines ___.|heureux|heureuses
2|{date}, {name} a reçu une réponse ___.|public|publique
3|{date}, {name} a étudié des problèmes ___.|national|nationaux
3|{date}, {name} a étudié des accords ___.|final|finals/finaux
3|{date}, {name} a lu des messages ___.|amical|amicaux
3|{date}, {name} a vu des combats ___.|naval|navals
3|{date}, {name} portait des gants ___.|marron|marron
3|{date}, {name} portait des chemises ___.|orange|orange
3|{date}, {name} portait des rubans ___.|rose|roses
3|{date}, {name} a étudié des questions ___.|national|nationales
3|{date}, {name} a habité un ___ appartement.|beau|bel
3|{date}, {name} a croisé un ___ homme.|vieux|vieil
4|{date}, les deux sœurs de {name} sont ___ tôt.|partir|parties
4|{date}, les trois frères de {name} sont ___ tard.|venir|venus
4|{date}, la voiture de {name} est ___ en panne.|tomber|tombée
4|{date}, la lettre de {name} a été ___ par erreur.|ouvrir|ouverte
4|{date}, les fenêtres ont été ___ par {name}.|fermer|fermées
4|{date}, les billets ont été ___ par {name}.|prendre|pris
4|{date}, la vaisselle a été ___ par {name}.|faire|faite
4|{date}, le train de {name} est ___ en avance.|arriver|arrivé
5|{date}, {name} et sa sœur ont ___ des pommes.|cueillir|cueilli
5|Voici les pommes que {name} a ___ ce jour-là, le {day}.|cueillir|cueillies
5|Voici la lettre que {name} a ___ le {day}.|écrire|écrite
5|Voici les livres que {name} a ___ le {day}.|lire|lus
5|{date}, {name} a ___ plusieurs lettres.|écrire|écrit
5|Où sont les clés ? {name} les a ___ sur la table le {day}.|mettre|mises
5|Quelle route {name} a-t-{il} ___ le {day} ?|prendre|prise
5|Combien de films {name} a-t-{il} ___ le {day} ?|voir|vus
5|{date}, {name} leur a ___ toute la vérité.|dire|dit
5|Cette promesse, {name} l'a ___ le {day}.|faire|faite
6|{date}, les voisines de {name} se sont ___ la main.|serrer|serré
6|{date}, les voisines de {name} se sont ___ dans la rue.|saluer|saluées
6|{date}, les cousines de {name} se sont ___ au téléphone.|parler|parlé
6|{date}, les cousines de {name} se sont ___ des lettres.|écrire|écrit
6|{date}, les sœurs de {name} se sont ___ à l'aube.|lever|levées
6|{date}, la mère de {name} s'est ___ les cheveux.|laver|lavé
6|{date}, les filles de {name} se sont ___ sans un mot.|succéder|succédé
6|{date}, la tante de {name} s'est ___ de son erreur.|souvenir|souvenue
6|Les lettres que les cousines de {name} se sont ___ datent du {day}.|écrire|écrites
6|{date}, les rivales de {name} se sont ___ de la situation.|moquer|moquées
6|{date}, les tantes de {name} se sont ___ à l'église.|retrouver|retrouvées
6|{date}, les nièces de {name} se sont ___ sans le vouloir.|nuire|nui
7|Des poires ? {name} en a ___ beaucoup le {day}.|manger|mangé
7|La robe que {name} a ___ faire le {day} est trop longue.|faire|fait
7|Les grands froids qu'il a ___ le {day} ont surpris {name}.|faire|fait
7|Les orages qu'il y a ___ le {day} ont surpris {name}.|avoir|eu
7|La comédienne que {name} a ___ jouer le {day} est célèbre.|entendre|entendue
7|La chanson que {name} a ___ chanter le {day} est ancienne.|entendre|entendu
7|Les efforts que ce travail a ___ à {name} le {day} sont immenses.|coûter|coûtés
7|Les dix euros que ce livre a ___ à {name} le {day}, c'était peu.|coûter|coûté
7|{date}, {name} a pris toutes les mesures qu'{il} avait ___ nécessaires.|juger|jugées
7|{date}, {name} n'a pas fait tous les achats qu'{il} aurait ___.|devoir|dû
7|{date}, {name} portait des chemises ___ clair.|bleu|bleu
7|{date}, {name} a attendu trois heures et ___.|demi|demie
7|{date}, {name} a attendu une ___-heure.|demi|demi
7|{date}, {name} marchait pieds ___.|nu|nus
7|{date}, {name} marchait ___-pieds.|nu|nu
7|{date}, {name} a lu la lettre ___.|ci-joint|ci-jointe
7|___ l'annexe, écrivait {name} le {day} en tête de sa lettre.|ci-joint|ci-joint
7|{date}, {name} a tout rangé, ___ les deux vieilles lampes.|excepté|excepté
""".strip()

HOMOPHONES = """
1=a / à
{date}, {name} ___ froid.=a
{date}, {name} ___ un nouveau vélo.=a
{date}, {name} n'___ pas faim.=a
{date}, {name} va ___ la gare.=à
{date}, {name} pense ___ son frère.=à
{date}, {name} commence ___ lire.=à
1=et / est
{date}, {name} ___ en retard.=est
{date}, {name} n'___ pas là.=est
{date}, le chien de {name} ___ malade.=est
{date}, {name} ___ {N} sont en retard.=et
{date}, {name} achète du pain ___ du lait.=et
{date}, {name} chante ___ danse.=et
2=son / sont
{date}, {name} cherche ___ chapeau.=son
{date}, {name} appelle ___ frère.=son
{date}, les amis de {name} ___ contents.=sont
{date}, {name} et {N} ___ en ville.=sont
2=on / ont
{date}, ___ attend {name} à la gare.=on
{date}, ___ invite {name} à dîner.=on
{date}, les voisins de {name} ___ un chat.=ont
{date}, {name} et {N} ___ soif.=ont
3=ou / où
{date}, {name} prendra le train ___ le bus.=ou
{date}, {name} veut du thé ___ du café.=ou
{date}, {name} demande ___ se trouve la gare.=où
{date}, voici la maison ___ habite {name}.=où
3=ces / ses
{date}, {name} a perdu toutes ___ clés, celles de sa propre maison.=ses
{date}, {name} est venu{e} avec toutes ___ affaires personnelles.=ses
{date}, {name} regarde ___ nuages-là, au loin.=ces
{date}, {name} préfère ___ pommes-ci à celles d'hier.=ces
3=mais / mes
{date}, {name} est venu{e}, ___ trop tard.=mais
{date}, j'ai prêté ___ livres à {name}.=mes
{date}, j'ai présenté ___ parents à {name}.=mes
{date}, {name} a couru, ___ le train était parti.=mais
4=ce / se
{date}, {name} ___ lève tôt.=se
{date}, {name} ___ promène au parc.=se
{date}, {name} lit ___ livre.=ce
{date}, {name} comprend ___ que tu dis.=ce
4=leur / leurs
{date}, les voisins de {name} ont vendu ___ unique voiture.=leur
{date}, {name} ___ a tout expliqué.=leur
{date}, {name} et {N} ont perdu ___ deux clés.=leurs
{date}, les cousins de {name} sont venus avec ___ enfants.=leurs
5=la / là / l'a
{date}, {name} n'est pas ___.=là
{date}, cette voiture-___ plaît à {name}.=là
{date}, {name} ferme ___ porte.=la
{date}, {name} cherche sa clé et ___ trouve.=la
{date}, {name} a pris la lettre et ___ lue.=l'a
{date}, le film, {name} ___ déjà vu.=l'a
5=peu / peux / peut
{date}, {name} a ___ dormi.=peu
{date}, il reste un ___ de pain pour {name}.=peu
{date}, je ___ aider {name}.=peux
{date}, tu ___ compter sur {name}.=peux
{date}, {name} ___ entrer.=peut
{date}, on ___ attendre {name}.=peut
6=quel / quelle / qu'elle / qu'elles
{date}, {name} demande ___ heure il est.=quelle
{date}, ___ surprise pour {name} !=quelle
{date}, {name} demande ___ temps il fait.=quel
{date}, ___ courage pour {name} !=quel
{date}, la sœur de {name} dit ___ a faim.=qu'elle
{date}, {name} croit que sa mère part et ___ revient demain.=qu'elle
{date}, les sœurs de {name} disent ___ ont faim.=qu'elles
{date}, {name} croit que ses tantes partent et ___ reviennent demain.=qu'elles
6=sans / s'en / sent / c'en
{date}, {name} travaille ___ bruit.=sans
{date}, {name} boit son café ___ sucre.=sans
{date}, {name} ___ va déjà.=s'en
{date}, {name} a réussi et ___ réjouit.=s'en
{date}, {name} ___ une odeur de brûlé.=sent
{date}, {name} se ___ mieux.=sent
{date}, {name} a dit : « ___ est trop, je pars ! »=c'en
{date}, {name} soupire : ___ est fait de nos vacances.=c'en
6=près / prêt
{date}, {name} habite tout ___ d'ici.=près
{date}, {name} n'est pas ___ de la gare.=près
{date}, le frère de {name} est ___ à partir.=prêt
{date}, le repas de {name} est ___.=prêt
7=quelque / quelques / quel que / quelle que
{date}, {name} a invité ___ amis.=quelques
{date}, {name} a lu ___ livres.=quelques
{date}, {name} a parcouru ___ deux cents kilomètres, à peu près.=quelque
{date}, {name} n'y arrivera pas, ___ habiles que soient ses efforts.=quelque
{date}, {name} viendra, ___ soit le temps.=quel que
{date}, {name} acceptera, ___ soit le prix.=quel que
{date}, {name} viendra, ___ soit l'heure.=quelle que
{date}, {name} acceptera, ___ soit la réponse.=quelle que
7=quoique / quoi que
{date}, {name} sort, ___ il pleuve.=quoique
{date}, {name} est charmant{e}, ___ peu bavard{e}.=quoique
{date}, {name} a toujours tort, ___ tu en dises.=quoi que
{date}, ___ tu fasses, {name} sera là.=quoi que
7=davantage / d'avantages
{date}, {name} voudrait gagner ___.=davantage
{date}, {name} travaille ___ que {N}.=davantage
{date}, {name} ne voit pas ___ à cette solution.=d'avantages
{date}, {name} trouve trop peu ___ à ce contrat.=d'avantages
7=voir / voire
{date}, {name} est venu{e} ___ sa tante.=voir
{date}, {name} voudrait ___ la mer.=voir
{date}, {name} attendra des jours, ___ des semaines.=voire
{date}, c'est pour {name} une chose utile, ___ nécessaire.=voire
7=plutôt / plus tôt
{date}, {name} prendra ___ le train que le bus.=plutôt
{date}, {name} est d'humeur ___ joyeuse.=plutôt
{date}, {name} est arrivé{e} une heure ___ que prévu.=plus tôt
{date}, {name} voudrait se lever ___, avant six heures.=plus tôt
7=quand / quant / qu'en
{date}, {name} chante ___ le jour se lève.=quand
{date}, {name} demande ___ part le train.=quand
{date}, ___ à {name}, rien ne l'étonne.=quant
{date}, tous sont partis, ___ à {name}, mystère.=quant
{date}, {name} n'apprend la nouvelle ___ lisant le journal.=qu'en
{date}, {name} se demande ___ penser.=qu'en
""".strip()
