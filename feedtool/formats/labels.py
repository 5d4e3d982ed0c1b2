"""A short line to what its words say: the heading of a section, or the name of a topic.

A topic in front of an excerpt and a short but complete excerpt look alike. The rules lean to the
excerpt: a topic counted as an excerpt costs a glance, an excerpt taken for a topic hides news.
"""

import re

# `Haskell Implementors' Workshop` has 30 cells. Longer tags exist, but titles begin here.
LONGEST_LABEL = 32
MOST_WORDS = 4

LONGEST_SECTION = 60
LONGEST_HEADING = 40


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECTION_WORDS = _words(
    """
    a about all also and articles blog breaking daily editor's editors' entries featured feed for
    from fresh headlines highlights home hot in just latest live more most new newest news newsfeed
    of on our picks popular post posts read recent recently releases stories site the this timeline
    today today's top trending update updated updates viewed week what's world you
    aktuelle aktuelles aktuell alle artikel beiträge letzte meistgelesen meldungen nachrichten neu
    neue neues neueste neuesten schlagzeilen
    actualités actualité à articles dernières derniers dernière dernier la le les lire lus mises
    nouveau nouveautés nouvelles plus populaires publications récents récentes une jour
    actualizaciones artículos el entradas las lo los más leídas leído noticias novedades populares
    publicaciones recientes últimas últimos última
    aggiornamenti articoli gli i in notizie novità popolari più letti recenti ultime ultimi
    artigos as atualizações lidas mais notícias novidades os recentes
    последние последнее новости новые новое обновления записи статьи публикации популярное
    популярные свежие самое самые читаемое главное сегодня
    laatste nieuws nieuwste berichten artikelen populair najnowsze wpisy artykuły aktualności
    popularne senaste nytt nyheter inlägg son haberler yazılar güncellemeler güncel
    """
)
# One of these must be among them: `The world for you` has only words of sections, and is none.
_SECTION_CORE = _words(
    """
    articles entries featured headlines highlights latest news newsfeed picks popular posts recent
    releases stories trending updates timeline viewed read
    aktuelles beiträge meistgelesen meldungen nachrichten neues neueste schlagzeilen
    actualités actualité articles dernières derniers nouveautés nouvelles populaires récents
    actualizaciones artículos entradas noticias novedades leídas publicaciones últimas últimos
    aggiornamenti articoli notizie novità ultime ultimi letti artigos atualizações notícias
    novidades lidas последние новости обновления записи статьи публикации популярное свежие
    читаемое nieuws nieuwste berichten artikelen najnowsze wpisy artykuły aktualności senaste
    nytt nyheter inlägg haberler yazılar güncellemeler
    """
)
_CJK_SECTION = (
    r"(?:本站|全站|站内|博客|網站|网站)?(?:"
    r"(?:最新|最近|近期|近日|热门|熱門|推荐|推薦|精选|精選|今日|本周|本週|本月|更多|全部|所有|头条|頭條|热点|熱點|人气|人氣|编辑)"
    r"(?:的|发布的|發布的)?(?:更新|文章|动态|動態|资讯|資訊|消息|新闻|新聞|发布|發布|发表|發表|内容|內容|博文|日志|日誌"
    r"|帖子|推荐|推薦|精选|精選|公告|阅读|閱讀|排行|话题|話題|热点|头条|要闻|要聞|评论|收录|条目)"
    r"|热门|熱門|更新(?:列表|日志|动态|内容)|文章列表|新闻列表|最新|最近更新|新着|新着情報|お知らせ一覧|記事一覧|トピックス|ニュース"
    r"|(?:最新|最近|新着|人気|注目|おすすめ|オススメ|今日|今週)の?"
    r"(?:更新|記事|投稿|ニュース|情報|お知らせ|トピックス?|エントリー?|ブログ|話題|一覧)(?:一覧)?"
    r"|(?:최신|최근|새로운|새|인기|추천|오늘의|주요)\s?"
    r"(?:글|소식|뉴스|업데이트|게시물|게시글|포스트|기사|콘텐츠|항목)"
    r"|(?:새|최신)\s?글\s?목록|업데이트|공지사항|많이 본 (?:뉴스|기사|글)"
    r")(?:列表|一览|一覽)?"
)

# What announces, asks, speaks or counts. A topic does none of these.
_TALKING = _words(
    """
    introducing announcing announce announces hello hi hey welcome goodbye bye farewell thanks
    thank happy merry meet why how what when where who which whose is are was were be been am has
    have had do does did can could will would should may might must i we you he she they it this
    that these those my your our their his her its me us now out new first last final here there
    not no yes never always just only again still more less get got getting make makes making let
    lets test coming soon released launched published available won died moved back vs versus
    weekly daily monthly issue vol volume part chapter episode week for with from to in on at by
    about without into than the a an done ok okay wow oops sorry yay finally hooray placeholder
    todo untitled draft lorem ipsum
    bonjour salut merci bienvenue hallo willkommen danke hola bienvenidos gracias ciao benvenuti
    grazie olá obrigado привет спасибо
    wir ist sind das der die und für mit ich nous est sont pour avec nuestro es son para con el
    как что почему где мы это для
    """
)
_CONTRACTION = r"(?:n't|'(?:m|re|ll|ve|d))$|^(?:it|that|what|let|here|there|who|he|she)'s$"
# Gerunds that begin the name of a topic; any other one announces: `Introducing Rust`.
_TOPIC_GERUNDS = _words(
    "engineering programming computing marketing testing learning gaming streaming"
)
_TALKING_HAN = (
    r"[的了吗嗎呢吧么麼很没沒我你您他她们們这這那是]|什么|怎|如何|为何|哪"
    r"|^(?:浅谈|淺談|漫谈|再谈|谈|论|初探|初识|关于|關於|欢迎|歡迎|介绍|介紹|祝|再见|再見|测试$|測試$|新年|未完|暂无|暫無|恭喜)"
    r"|(?:发布|發布|完成|上线|上線|完结|快乐|快樂|待续|初探|详解)$"
    r"|第.{1,4}[章期回话話卷集节節部篇季]"
)
_JAPANESE_TOPICS = frozenset(
    ("お知らせ", "まとめ", "ひとりごと", "つぶやき", "その他", "おすすめ", "くらし")
)
# `働き方` and `並べ替え` are names; particles, and what a verb or an adjective ends in, speak.
_TALKING_JAPANESE = r"[をはがへ]|(?:です|[うくぐすつぬぶむるいただてでよねかなにともの])$"
LONGEST_JAPANESE = 6
_TALKING_KOREAN = (
    # `하자` is "let's do", while `관리자` (an administrator) and many others are who does.
    r"(?:다|요|까|죠|네|하자|해 ?보자)$|[가-힣]{2}(?:은|는|을|를|에서|에게|으로)(?:\s|$)|안녕|환영"
)

_NAMED_TOPIC = (
    r"(?i:#[^\W\d][\w-]{1,30}"
    r"|(?:分类|分類|标签|標籤|栏目|欄目|カテゴリー?|タグ|카테고리|태그|분류"
    r"|categor(?:y|ies)|tags?|topics?|filed under|posted in|kategorien?|catégories?|categorías?)"
    r"\s*[:：]\s*\S.{0,40}"
    r"|【[^【】]{1,12}】)"
)
_SENTENCE_MARK = r"[,，。！!?？;；…]|\.(?:\s|\.|$)|\d"
_VERSION = r"v?\d[\d.\-/]*[a-z]?"
_WORD = r"[^\s/&]+"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_LETTERS = f"[{_HAN}]"
_HIRAGANA = "[\u3041-\u309f]"
_KATAKANA = "[\u30a0-\u30ff]"
_HANGUL = "[\uac00-\ud7a3]"


def width(text: str) -> int:
    """Return how many cells of a terminal a text takes, near enough for comparing lengths."""
    return len(text) + sum(character >= "\u2e80" for character in text)


def fits(text: str, cells: int) -> bool:
    """Tell whether a text takes at most so many cells; of a long one its length tells."""
    return len(text) <= cells and width(text) <= cells


def names_section(line: str) -> bool:
    """Tell whether all words of a line are such as headings of sections are made of."""
    if len(line) > LONGEST_SECTION:
        return False
    line = line.strip(" :：·-—|#*=【】[]「」《》")
    if not line.isascii() and re.fullmatch(_CJK_SECTION, line):
        return True
    words = line.lower().replace("’", "'").split()
    return (
        0 < len(words) <= 6
        and _SECTION_WORDS.issuperset(words)
        and not _SECTION_CORE.isdisjoint(words)
    )


def is_capitals(line: str) -> bool:
    """Tell whether a line is a heading in capitals, of two words at least (`NLP` is a topic)."""
    return (
        len(line) <= LONGEST_SECTION
        and line.isupper()
        and len(re.findall(r"[^\W\d_]{2,}", line)) >= 2
        and line[-1] not in ".!?…"
    )


def is_heading(line: str) -> bool:
    """Tell whether a line that stands apart can be a heading: short, and no sentence."""
    return fits(line, LONGEST_HEADING) and not re.search(_SENTENCE_MARK, line)


def is_label(line: str, *, sure: bool, following: str) -> bool:
    """Tell whether a line may name the topic of the excerpt `following`.

    `sure` tells that its place speaks for it: beside a date, or where a section has its name.
    """
    if re.fullmatch(_NAMED_TOPIC, line):
        return True
    if not fits(line, LONGEST_LABEL) or not _is_of_words(line):
        return False
    words = re.findall(_WORD, line)
    if not 0 < len(words) <= MOST_WORDS:
        return False
    if re.search(_HAN_LETTERS, line) or re.search(_KATAKANA, line) or re.search(_HANGUL, line):
        return _is_cjk_topic(line, words)
    return _is_topic(words, sure=sure, named=line.casefold() in following.casefold())


def _is_of_words(line: str) -> bool:
    # Any mark of a sentence, any quotation, bracket or pictogram, and any number by itself make a
    # line more than a name; a full stop inside a word is part of it (`Node.js`, `.NET`).
    bare = re.sub(r"\.(?=[^\W\d])", "", line)
    if not all(character.isalnum() or character in " -_'’&+#/·・ー" for character in bare):
        return False
    return not any(
        re.fullmatch(_VERSION, word.lower()) or _is_numbering(word) for word in bare.split()
    )


def _is_numbering(word: str) -> bool:
    return word.startswith("#") or (
        any(map(str.isdigit, word)) and not any("a" <= letter <= "z" for letter in word.lower())
    )


def _is_topic(words: list[str], *, sure: bool, named: bool) -> bool:
    small = [word.lower().replace("’", "'") for word in words]
    if not _TALKING.isdisjoint(small) or any(re.search(_CONTRACTION, word) for word in small):
        return False
    if len(words) == 1:
        return True
    if small[0].endswith("ing") and small[0] not in _TOPIC_GERUNDS:
        return False
    if small[-1].endswith("ed"):
        return False
    if sure or named:
        return True
    # `scuba diving` and `Core Data` are names, `Site news today` is somebody speaking.
    one_case = all(word[0].islower() for word in words) or not any(
        word[0].islower() for word in words
    )
    return one_case and len(words) < MOST_WORDS


def _is_cjk_topic(line: str, words: list[str]) -> bool:
    if re.search(_HIRAGANA, line):
        return line in _JAPANESE_TOPICS or (
            len(line) <= LONGEST_JAPANESE
            and re.search(_HAN_LETTERS, line) is not None
            and not re.search(_TALKING_JAPANESE, line)
        )
    if re.search(_HANGUL, line):
        return (
            len(words) <= 2
            and len(re.findall(_HANGUL, line)) <= 8
            and not re.search(_TALKING_KOREAN, line)
        )
    han, katakana = len(re.findall(_HAN_LETTERS, line)), len(re.findall(_KATAKANA, line))
    if re.search(_TALKING_HAN, line):
        return False
    if not katakana and sum(re.search(_HAN_LETTERS, word) is not None for word in words) > 1:
        # Chinese names of topics have no space inside (`小说 钓鱼` is a title).
        return False
    return han <= 6 and han + katakana <= 12
