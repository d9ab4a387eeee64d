# ruff: noqa: E501 - a row of the table is one line
"""French sentences with a gap to agree.

Each line is `grade|sentence|words to agree with their right forms`. A word and its forms are parted by ":", several
right forms by "/", several words by ", ". In a sentence, one of `(a/b/c)` is said; `{date}` is "Le 12 mars", `{name}`
a first name, with which `{il}` and `{e}` agree.
"""

from __future__ import annotations

AGREEMENT = """
0|{date}, {name} a (vu/dessiné/photographié/trouvé) (deux/trois/quatre/cinq/six/dix) ___ (dans le jardin/près du lac/en ville/à la campagne/sur la route/dans le parc).|chat:chats, chien:chiens, lapin:lapins, canard:canards, mouton:moutons, poule:poules, vache:vaches, rose:roses, lampe:lampes, table:tables
0|{date}, {name} a (acheté/vendu/reçu/commandé) (deux/trois/quatre/cinq/six/dix) ___ (au marché/en ville/à la gare/dans le village/au magasin).|livre:livres, stylo:stylos, crayon:crayons, sac:sacs, vélo:vélos, chemise:chemises, robe:robes, chaise:chaises, tasse:tasses, pomme:pommes, orange:oranges, tomate:tomates, banane:bananes, carotte:carottes, lettre:lettres, carte:cartes
1|{date}, {name} a (acheté/trouvé/vendu/peint) une (chaise/table/lampe/porte/barque/armoire) ___ (au marché/en ville/au village/à la gare).|vert:verte, petit:petite, grand:grande, noir:noire, bleu:bleue, joli:jolie
1|{date}, {name} a (acheté/trouvé/vendu/lavé) des (rideaux/bols/verres/tapis/vases/paniers) ___ (au marché/en ville/au village/à la maison).|vert:verts, petit:petits, grand:grands, noir:noirs, bleu:bleus, joli:jolis
1|{date}, {name} a (acheté/trouvé/vendu/lavé) des (chaises/tables/lampes/nappes/tasses/assiettes) ___ (au marché/en ville/au village/à la maison).|vert:vertes, petit:petites, grand:grandes, noir:noires, bleu:bleues, joli:jolies
1|{date}, {name} a (acheté/trouvé/vendu/lavé) un (tapis/rideau/bol/verre/panier/vase) ___ (au marché/en ville/au village/à la maison).|vert:vert, petit:petit, grand:grand, noir:noir, bleu:bleu, joli:joli
1|{date}, {name} a (visité/vu/loué/photographié) une (maison/chambre/cour/place/tour/grange) ___ (à la campagne/près de la mer/au village/en ville).|grand:grande, petit:petite, vert:verte, haut:haute, noir:noire
1|{date}, {name} a (visité/vu/longé/photographié) des (jardins/parcs/ponts/murs/châteaux/chemins) ___ (à la campagne/près de la mer/au village/au sud).|grand:grands, petit:petits, vert:verts, haut:hauts, noir:noirs
1|{date}, {name} a (visité/vu/traversé/photographié) des (villes/places/rues/forêts/îles/cours) ___ (au nord/au sud/près de la mer/loin de tout).|petit:petites, grand:grandes, joli:jolies, vert:vertes, noir:noires
1|{date}, {name} a (vu/traversé/dessiné/photographié) un (pont/jardin/château/village/mur/parc) ___ (au nord/au sud/près de la mer/loin de tout).|petit:petit, grand:grand, joli:joli, vert:vert, noir:noir
2|{date}, {name} portait une (robe/jupe/chemise/veste/cape/ceinture) ___ (au bal/au théâtre/à la fête/au marché).|blanc:blanche, neuf:neuve, épais:épaisse, long:longue, léger:légère, gris:grise
2|{date}, {name} portait des (bottes/chaussures/sandales/lunettes/mitaines) ___ (au bal/au théâtre/à la fête/au marché).|neuf:neuves, blanc:blanches, épais:épaisses, léger:légères, gris:grises
2|{date}, {name} a (chanté/entendu/appris/écouté) une (chanson/romance/mélodie/berceuse) ___ (à la fête/au théâtre/à la radio/à l'école).|doux:douce, long:longue, ancien:ancienne, gai:gaie, bref:brève
2|{date}, {name} a (raconté/lu/écrit/entendu) une (histoire/légende/fable/nouvelle) ___ (à la fête/à l'école/à la radio/au salon).|long:longue, bref:brève, ancien:ancienne, merveilleux:merveilleuse, cruel:cruelle
2|{date}, {name} a (lu/reçu/trouvé/écrit) des (lettres/notes/pages/listes) ___ (à la maison/au bureau/au grenier/à l'école).|secret:secrètes, discret:discrètes, complet:complètes, ancien:anciennes, long:longues
2|{date}, {name} a (bu/servi/goûté/apporté) une (eau/boisson/bière/limonade/tisane) ___ (au repas/à la fête/au jardin/à midi).|frais:fraîche/fraiche, doux:douce, amer:amère, délicieux:délicieuse
2|{date}, {name} a (rencontré/salué/invité/croisé) des (voisines/amies/cousines/clientes/chanteuses) ___ (au marché/au théâtre/à la fête/en ville).|heureux:heureuses, jaloux:jalouses, sportif:sportives, curieux:curieuses, fier:fières
2|{date}, {name} a (reçu/lu/attendu/entendu) une (réponse/annonce/déclaration/lecture) ___ (à la mairie/au théâtre/à la radio/au marché).|public:publique, bref:brève, long:longue, officiel:officielle, sérieux:sérieuse
3|{date}, {name} a (étudié/noté/comparé/cité) des (problèmes/projets/débats/succès/records) ___ (à l'école/au bureau/à Paris/au journal).|national:nationaux, mondial:mondiaux, local:locaux, régional:régionaux, social:sociaux
3|{date}, {name} a (étudié/noté/joué/écouté) des (accords/essais/examens/résultats) ___ (à l'école/au bureau/à Paris/au théâtre).|final:finals/finaux
3|{date}, {name} a (lu/envoyé/reçu/écrit) des (messages/mots/billets/propos) ___ (à l'école/au bureau/à Paris/au journal).|amical:amicaux, loyal:loyaux, génial:géniaux, banal:banals, original:originaux
3|{date}, {name} a (vu/décrit/filmé/raconté) des (combats/chantiers/exercices) ___ (à la télévision/à Brest/dans le port/au large).|naval:navals
3|{date}, {name} portait des (gants/pantalons/souliers/rubans/chapeaux) ___ (au bal/au théâtre/à la fête/au marché).|marron:marron, orange:orange, bleu foncé:bleu foncé, vert pâle:vert pâle
3|{date}, {name} portait des (chemises/robes/jupes/vestes/écharpes) ___ (au bal/au théâtre/à la fête/au marché).|orange:orange, marron:marron, bleu clair:bleu clair, gris foncé:gris foncé
3|{date}, {name} portait des (rubans/gants/chapeaux/pantalons/foulards) ___ (au bal/au théâtre/à la fête/au marché).|rose:roses, mauve:mauves, violet:violets, blanc:blancs
3|{date}, {name} a (étudié/noté/comparé/cité) des (questions/affaires/lois/fêtes) ___ (à l'école/au bureau/à Paris/au journal).|national:nationales, mondial:mondiales, local:locales, final:finales, social:sociales
3|{date}, {name} a (habité/visité/loué/admiré) un ___ (appartement/hôtel/immeuble/atelier) (à Lyon/au village/près de la gare/en ville).|beau:bel, nouveau:nouvel, vieux:vieil
3|{date}, {name} a (croisé/aidé/salué/reconnu) un ___ (homme/ami/oncle/acteur/écrivain) (à Lyon/au village/près de la gare/en ville).|vieux:vieil, beau:bel, nouveau:nouvel
4|{date}, les (deux/trois/quatre) (sœurs/tantes/cousines/voisines/nièces) de {name} sont ___ (tôt/tard/en train/à pied/ensemble/de bonne heure).|partir:parties, venir:venues, arriver:arrivées, rentrer:rentrées
4|{date}, les (deux/trois/quatre) (frères/oncles/cousins/voisins/neveux) de {name} sont ___ (tôt/tard/en train/à pied/ensemble/de bonne heure).|venir:venus, partir:partis, arriver:arrivés, rentrer:rentrés
4|{date}, la (voiture/moto/camionnette/remorque/caravane) de {name} est ___ (en panne/dans le fossé) (à midi/ce matin-là/sous la pluie/près du village/en route).|tomber:tombée
4|{date}, la (lettre/boîte/valise/caisse) de {name} a été ___ par (erreur/un enfant/une voisine/le gardien).|ouvrir:ouverte, prendre:prise, choisir:choisie, envoyer:envoyée
4|{date}, les (fenêtres/portes/grilles/valises/boîtes) ont été ___ par {name} (à midi/le soir/trop tard/avant la pluie).|fermer:fermées, ouvrir:ouvertes, peindre:peintes, laver:lavées
4|{date}, les (billets/livres/cadeaux/journaux/gâteaux) ont été ___ par {name} (à midi/la veille/en secret/à la gare).|prendre:pris, choisir:choisis, offrir:offerts, vendre:vendus
4|{date}, la (vaisselle/cuisine/soupe/lessive/liste) a été ___ par {name} (à midi/le soir/sans bruit/en une heure).|faire:faite, finir:finie, commencer:commencée
4|{date}, le (train/car/bateau/taxi/colis) de {name} est ___ (en avance/en retard/à midi/à la nuit).|arriver:arrivé, partir:parti, revenir:revenu
5|{date}, {name} et sa (sœur/tante/cousine/mère/voisine) ont ___ des (pommes/cerises/fraises/roses/prunes).|cueillir:cueilli, vendre:vendu, acheter:acheté, choisir:choisi
5|Voici les (pommes/cerises/fraises/roses/prunes/poires) que {name} a ___ (ce jour-là/au jardin/chez sa tante/au village), le {day}.|cueillir:cueillies, vendre:vendues, acheter:achetées, choisir:choisies
5|Voici la (lettre/page/carte/phrase/chanson/liste) que {name} a ___ (en secret/au lycée/chez sa tante/à la hâte), le {day}.|écrire:écrite, lire:lue, recevoir:reçue, apprendre:apprise
5|Voici les (livres/romans/contes/journaux/poèmes/articles) que {name} a ___ (en secret/au lycée/chez sa tante/à la hâte), le {day}.|lire:lus, écrire:écrits, recevoir:reçus, prendre:pris
5|{date}, {name} a ___ plusieurs (lettres/pages/cartes/phrases/chansons) (en secret/au lycée/chez sa tante/à la hâte).|écrire:écrit, lire:lu, recevoir:reçu, apprendre:appris
5|Où sont les (clés/lunettes/lettres/cartes/tasses) ? {name} les a ___ sur (la table/le banc/le lit/le bureau) le {day}.|mettre:mises, poser:posées, voir:vues, laisser:laissées
5|Quelle (route/rue/barque/voiture/veste) {name} a-t-{il} ___ (à midi/au village/pour partir), le {day} ?|prendre:prise, choisir:choisie, suivre:suivie, louer:louée
5|Combien de (films/concerts/matchs/spectacles/ballets) {name} a-t-{il} ___ (à Lyon/en ville/avec Denis), le {day} ?|voir:vus, choisir:choisis, suivre:suivis, manquer:manqués
5|{date}, {name} leur a ___ toute (la vérité/l'histoire/l'affaire/la scène) (au téléphone/en secret/sans détour).|dire:dit, raconter:raconté, expliquer:expliqué
5|Cette (promesse/erreur/remarque/tarte/photo), {name} l'a ___ (à midi/chez Denis/au village), le {day}.|faire:faite, oublier:oubliée, regretter:regrettée
6|{date}, les (voisines/sœurs/cousines/tantes/amies) de {name} se sont ___ la main (dans la rue/à la gare/sans un mot/au marché).|serrer:serré, tendre:tendu
6|{date}, les (voisines/sœurs/cousines/tantes/amies) de {name} se sont ___ (dans la rue/à la gare/en riant/au marché).|saluer:saluées, disputer:disputées, embrasser:embrassées, rencontrer:rencontrées
6|{date}, les (voisines/sœurs/cousines/tantes/amies) de {name} se sont ___ (au téléphone/à la gare/en chemin/au marché).|parler:parlé, téléphoner:téléphoné, sourire:souri, mentir:menti
6|{date}, les (voisines/sœurs/cousines/tantes/amies) de {name} se sont ___ des (lettres/cartes/histoires/chansons/poèmes).|écrire:écrit, envoyer:envoyé, inventer:inventé
6|{date}, les (voisines/sœurs/cousines/tantes/filles) de {name} se sont ___ (à l'aube/tard/de bonne heure/en silence/à midi).|lever:levées, coucher:couchées, habiller:habillées, réveiller:réveillées
6|{date}, la (mère/tante/sœur/voisine/fille) de {name} s'est ___ les (cheveux/mains/pieds/dents) (à midi/le soir/à l'aube).|laver:lavé, brosser:brossé, essuyer:essuyé
6|{date}, les (filles/tantes/reines/patronnes/voisines) de {name} se sont ___ (sans un mot/très vite/à la tribune/au micro).|succéder:succédé
6|{date}, la (mère/tante/sœur/voisine/fille) de {name} s'est ___ de (son erreur/sa promesse/ses vacances/cette histoire).|souvenir:souvenue, moquer:moquée, méfier:méfiée
6|Les (lettres/cartes/notes/listes) que les (cousines/tantes/sœurs/amies) de {name} se sont ___ datent du {day}.|écrire:écrites, envoyer:envoyées
6|{date}, les (rivales/voisines/amies/sœurs/tantes) de {name} se sont ___ de (la situation/cette histoire/son chapeau/ce discours).|moquer:moquées, méfier:méfiées, souvenir:souvenues
6|{date}, les (tantes/voisines/amies/sœurs/filles) de {name} se sont ___ (à l'église/à la gare/au port/au lycée).|retrouver:retrouvées, croiser:croisées, réunir:réunies
6|{date}, les (nièces/voisines/amies/sœurs/tantes) de {name} se sont ___ (sans le vouloir/sans le savoir/malgré elles/une fois de plus).|nuire:nui, déplaire:déplu, mentir:menti
7|Des (poires/pommes/cerises/fraises/prunes) ? {name} en a ___ (beaucoup/assez/trop/peu) le {day}.|manger:mangé, cueillir:cueilli, vendre:vendu, prendre:pris
7|La (robe/veste/jupe/chemise/cape) que {name} a ___ faire (en ville/à Lyon/au village) le {day} est trop (longue/grande/petite/étroite).|faire:fait
7|Les (grands froids/grandes chaleurs/fortes chaleurs) qu'il a ___ (au nord/à Lyon/dans la vallée) le {day} ont (surpris/retardé/inquiété) {name}.|faire:fait
7|Les (orages/incendies/tempêtes/accidents) qu'il y a ___ (au nord/à Lyon/dans la vallée) le {day} ont (surpris/retardé/inquiété) {name}.|avoir:eu
7|La (comédienne/pianiste/chanteuse/violoniste/flûtiste) que {name} a ___ jouer (à Lyon/au théâtre/en plein air) le {day} est (célèbre/jeune/douée).|entendre:entendue, voir:vue, regarder:regardée
7|La (chanson/romance/berceuse/mélodie/complainte) que {name} a ___ chanter (à Lyon/au théâtre/en plein air) le {day} est (ancienne/belle/longue).|entendre:entendu
7|Les (efforts/soins/soucis/tourments) que ce (travail/voyage/procès/projet) a ___ à {name} le {day} sont (immenses/oubliés/connus).|coûter:coûtés
7|Les (dix/cent/vingt/trente) euros que ce (livre/sac/bol/billet/vase) a ___ à {name} le {day}, c'était (peu/beaucoup/trop).|coûter:coûté
7|{date}, {name} a pris toutes les (mesures/précautions/notes/affaires) qu'{il} avait ___ (nécessaires/utiles/prudentes/suffisantes).|juger:jugées, estimer:estimées, croire:crues
7|{date}, {name} n'a pas fait (tous les achats/tous les efforts/tous les travaux/toutes les visites) qu'{il} aurait ___ (ce jour-là/au printemps/à Lyon).|devoir:dû, pouvoir:pu, vouloir:voulu
7|{date}, {name} a attendu (deux/trois/quatre/cinq/six/sept) heures et ___ (à la gare/au guichet/sous la pluie/au port).|demi:demie
7|{date}, {name} a attendu une ___-heure (à la gare/au guichet/sous la pluie/au port/devant la porte/en vain).|demi:demi
7|{date}, {name} marchait pieds ___ (sur la plage/dans l'herbe/sous la pluie/au bord du lac/dans la neige/au jardin).|nu:nus
7|{date}, {name} marchait ___-pieds (sur la plage/dans l'herbe/sous la pluie/au bord du lac/dans la neige/au jardin).|nu:nu
7|{date}, {name} a lu la (lettre/note/facture/carte/liste/copie) ___ (avec soin/trop vite/deux fois/en silence).|ci-joint:ci-jointe, ci-inclus:ci-incluse
7|___ (l'annexe/la facture/la copie/la liste), écrivait {name} le {day} en tête de (sa lettre/son message/sa note/son courrier).|ci-joint:ci-joint, ci-inclus:ci-inclus
7|{date}, {name} a tout (rangé/vendu/lavé/compté), ___ les (deux/trois/quatre) vieilles (lampes/chaises/tables/malles).|excepté:excepté
""".strip()
