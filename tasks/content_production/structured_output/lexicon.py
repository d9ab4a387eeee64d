"""Names and words that are written the same in French and in English, so that targets are the same."""

from __future__ import annotations

FIRST = """
    Adam Albert Alex Alice Alma Anita Anna Arthur Audrey Barbara Benjamin Bernard Boris Bruno Carla Caroline
    Charles Christian Clara Claudia Conrad Damien Daniel David Denis Diana Dora Edgar Edith Elena Elsa Emma Eric
    Estelle Eva Fabian Fatima Fiona Flora Florence Gabriel Gilbert Gloria Grace Greta Hanna Harold Hector Helena
    Henri Hugo Ibrahim Igor Iris Ivan Jade Jeanne Jordan Joseph Judith Julia Justin Karim Kevin Laura Laurent Lina
    Lola Louis Louise Lucas Lucie Luna Lydia Malik Marc Marcel Maria Marina Marion Martin Maurice Max Mia Michel Mona
    Nadia Nathan Nicolas Nina Noah Nora Olga Oliver Olivia Omar Oscar Otto Pablo Pascal Patricia Paul Pauline Peter
    Pierre Quentin Rachel Raymond Richard Robert Robin Roger Roland Rosa Ruben Sabrina Sam Samuel Sandra Sarah Simon
    Simone Sofia Sonia Stella Sylvia Tamara Tania Thomas Tina Tom Tristan Valentin Vera Victor Vincent Viola
    Walter William Xavier Yasmine Youssef Yves Zara
""".split()
LAST = """
    Adams Allard Bailey Barbier Baron Bell Benoit Berger Bernier Bishop Blanc Bonnet Bouvier Brown Brunet Carlier
    Carpentier Carter Chevalier Clark Collins Colin Cook Cooper Cousin David Davis Diallo Dixon Dubois Dupont Durand
    Ellis Evans Fabre Faure Fisher Fleury Fontaine Forest Foster Fournier Garcia Gardner Garnier Gauthier Gibson
    Girard Gordon Graham Grant Green Guerin Harris Henry Hill Hoffman Howard Hubert Hughes Jackson Jacob Jacquet
    James Jensen Johnson Jones Jordan Keller Kelly Klein Lacroix Lambert Lane Laurent Leclerc Lefort Legrand Lemaire
    Leroy Lewis Lopez Lucas Marchand Marshall Martin Mason Masson Mercier Meyer Michaud Mitchell Moreau Morel Morgan
    Morris Moulin Muller Murphy Nguyen Nelson Nicolas Olsen Palmer Parker Payet Pelletier Perkins Perrin Petit Phillips
    Picard Pierre Poirier Porter Poulain Prevost Renard Reynolds Richard Riviere Roberts Robin Rogers Roux Russell
    Sanchez Scott Silva Simon Smith Stone Taylor Tessier Thomas Tran Turner Valentin Vasseur Vidal Vincent Walker
    Wagner Watson Weber White Wilson Wood Wright Young Zimmer
""".split()
CITIES = """
    Paris Lyon Berlin Madrid Oslo Rome Lima Dakar Tunis Toronto Ottawa Chicago Boston Quito Nairobi Rabat Prague
    Zagreb Helsinki Milan Turin Porto Tokyo Delhi Bordeaux Toulouse Lille Nice Nantes Rennes Bristol Dublin Oxford
    Liverpool Budapest Amsterdam Rotterdam Dallas Houston Calgary Bogota Santiago Istanbul Ankara Bangkok Sydney
""".split()
# Each takes a plural in s in both languages. Only clothes come in sizes.
CLOTHES = "kimono poncho parka blazer cardigan sweatshirt kilt bikini tutu sari polo anorak caftan bandana".split()
PRODUCTS = [
    *CLOTHES,
    *"""robot piano radio table orange melon kiwi biscuit pizza puzzle sofa album poster badge bracelet parasol banjo
    tuba vase carafe dragon muffin cookie croissant brioche baguette train taxi""".split(),
]
SIZES = ("S", "M", "L", "XL")
CURRENCIES = {"EUR": "euros", "USD": "dollars", "CHF": "francs"}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
# Property names by what they hold: French, English.
KEYS = {
    "name": ("nom", "name"),
    "age": ("age", "age"),
    "city": ("ville", "city"),
    "order": ("commande", "order"),
    "items": ("articles", "items"),
    "item": ("article", "item"),
    "product": ("produit", "product"),
    "quantity": ("quantite", "quantity"),
    "size": ("taille", "size"),
    "price": ("prix", "price"),
    "date": ("date", "date"),
    "delivery": ("livraison", "delivery"),
    "currency": ("devise", "currency"),
    "total_quantity": ("quantite_totale", "total_quantity"),
    "total_price": ("prix_total", "total_price"),
    "parcels": ("colis", "parcels"),
    "parcel": ("colis", "parcel"),
    "code": ("code", "code"),
    "weight": ("poids_g", "weight_g"),
    "total_weight": ("poids_total_g", "total_weight_g"),
}
