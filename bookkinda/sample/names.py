"""Names of the sample's customers, by language. Written here for Bookkinda.

Where the script is not Latin a name is followed by its usual Latin spelling ("Анна/anna"), from
which the address is made.
"""

from typing import NamedTuple


class Names(NamedTuple):
    """Names of one language with blanks between; `share` is how many of a hundred have them."""

    language: str
    share: int
    female: str
    male: str
    surnames: str


NAMES = [
    Names(
        "",  # the business's own language
        34,
        "Olivia Amelia Isla Ava Mia Grace Siobhán Emily Charlotte Zoë Harriet Florence Imogen "
        "Beatrice Niamh Rosie Eleanor Jessica Lauren Phoebe",
        "Oliver George Harry Noah Jack Seán Thomas James William Rhys Callum Alfie Edward Lewis "
        "Fraser Arthur Toby Owen Samuel Patrick",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies O'Brien Robinson Wright Thompson "
        "Evans Walker Hughes MacLeod Fletcher Ashworth Barnes Carter Doyle Ellis Fairfax Grant "
        "Holloway Jenkins Lawson Marsh Osborne Whitfield",
    ),
    Names(
        "tr",
        10,
        "Ayşe Fatma Zeynep Elif Şule Gökçe Özge İrem Büşra Tuğba Çiğdem Gülşah Ebru Esra Derya "
        "Pınar Sıla Yağmur Merve Hülya",
        "Özgür Mehmet Mustafa Ahmet Çağrı Gökhan Uğur İsmail Ömer Oğuz Barış Tolga Kürşat Yiğit "
        "Şükrü Emre Burak Cem Volkan Serdar",
        "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç "
        "Aslan Çetin Kara Koç Kurt Özkan Şimşek",
    ),
    Names(
        "az",
        8,
        "Şəbnəm Aysel Günay Nigar Ləman Səbinə Gülnar Fidan Aynur Könül Leyla Nərmin Xədicə "
        "Zəhra Çinarə Ülviyyə Sevinc Arzu",
        "Elçin Rəşad Vüqar Orxan Tural Emin Anar İlqar Cavid Fərid Kənan Ramin Samir Toğrul "
        "Zaur Əli Nicat",
        "Məmmədov Əliyev Hüseynov Quliyev Həsənov İbrahimov Abbasov Rzayev Səfərov Cəfərov "
        "Nəsirov Bağırov Kərimov Vəliyev Əhmədov Ağayev",
    ),
    Names(
        "pl",
        10,
        "Małgorzata Agnieszka Żaneta Zofia Łucja Grażyna Bożena Elżbieta Hanna Katarzyna Kinga "
        "Świętosława",
        "Łukasz Paweł Michał Wojciech Sławomir Zbigniew Stanisław Grzegorz Bartłomiej Rafał",
        "Wiśniewski Dąbrowski Lewandowski Wójcik Kamiński Zieliński Szymański Woźniak Kozłowski "
        "Jabłoński Król Wróbel Łuczak Żak",
    ),
    Names(
        "de",
        8,
        "Anna Käthe Sophie Marie Lena Ännchen Brigitte Ursula Heike Johanna Frieda Annika",
        "Jürgen Günther Björn Sören Lukas Felix Maximilian Jörg Götz Thomas Matthias",
        "Müller Schmidt Schneider Fischer Weber Schäfer Köhler Krüger Böhm Groß Weiß Jäger König "
        "Schröder Vogel",
    ),
    Names(
        "fr",
        7,
        "Zoé Chloé Hélène Anaïs Françoise Inès Léa Maëlle Éloïse Geneviève Margaux",
        "François Éric Loïc Jérôme Rémi Benoît Théo Gaël Noël André",
        "Lefèvre Bernard Dubois Durand Léger Guérin Bélanger Lecœur Garçon D'Amboise Moreau",
    ),
    Names(
        "es",
        7,
        "María Lucía Inés Begoña Martina Sofía Noa Ángela Núria Rocío",
        "José Andrés Iñigo Ángel Jesús Óscar Martín Raúl Íker Joaquín",
        "García Fernández González Rodríguez López Martínez Sánchez Pérez Muñoz Ibáñez Núñez Peña "
        "Gómez Díaz",
    ),
    Names(
        "sv",
        3,
        "Åsa Märta Linnéa Ebba Saga Britt Ängla",
        "Björn Åke Göran Håkan Östen Nils Elias",
        "Åkesson Lindqvist Sjöberg Öberg Nyström Håkansson Bergström",
    ),
    Names(
        "ru",
        5,
        "Анна/anna Мария/maria Елена/elena Дарья/darya Ольга/olga Наталья/natalya Ксения/ksenia",
        "Алексей/alexey Дмитрий/dmitry Иван/ivan Сергей/sergey Фёдор/fyodor Пётр/pyotr",
        "Иванов/ivanov Смирнов/smirnov Кузнецов/kuznetsov Попов/popov Соколов/sokolov "
        "Воробьёв/vorobyov",
    ),
    Names(
        "el",
        3,
        "Ελένη/eleni Κατερίνα/katerina Δήμητρα/dimitra Σοφία/sofia",
        "Γιώργος/giorgos Νίκος/nikos Ανδρέας/andreas Κώστας/kostas",
        "Παπαδάκης/papadakis Οικονόμου/oikonomou Βλάχος/vlachos Αγγελίδης/angelidis",
    ),
    Names(
        "zh-hans",
        3,
        "丽/li 静/jing 秀英/xiuying 敏/min 芳/fang 雪/xue",
        "伟/wei 强/qiang 磊/lei 洋/yang 明/ming 建国/jianguo",
        "李/li 王/wang 张/zhang 刘/liu 陈/chen 杨/yang 赵/zhao",
    ),
    Names(
        "ar",
        2,
        "ليلى/layla فاطمة/fatima مريم/maryam نور/noor",
        "عمر/omar يوسف/yusuf خالد/khaled سامي/sami",
        "حداد/haddad منصور/mansour النجار/alnajjar خوري/khoury",
    ),
]

# Surnames that have another ending for women: what is taken off and what is put on.
WOMENS_ENDINGS = {
    "az": {"v": ("", "a")},
    "ru": {"в": ("", "а")},
    "pl": {"ski": ("i", "a")},
}


def surname_of(surname: str, names: Names, *, is_woman: bool) -> tuple[str, str]:
    """The surname and its Latin spelling ("" where it is Latin already), as its bearer has it."""
    native, _, latin = surname.partition("/")
    if is_woman:
        for ending, (taken, added) in WOMENS_ENDINGS.get(names.language, {}).items():
            if native.endswith(ending):
                native = native.removesuffix(taken) + added
                latin = f"{latin}a" if latin else ""
    return native, latin
