"""Mail providers at which anybody gets an address: no company owns these domains (product.md §3)."""

# Providers with a domain in many countries: the name in front of any public suffix.
FAMILIES = frozenset("aol gmail gmx googlemail hotmail msn outlook rocketmail yahoo yandex ymail".split())

DOMAINS = frozenset(
    """
    live.com live.ca live.cl live.cn live.co.uk live.co.za live.com.ar live.com.au live.com.mx live.com.my live.com.pt
    live.com.sg live.be live.de live.dk live.fi live.fr live.hk live.ie live.in live.it live.jp live.nl live.no live.ru
    live.se passport.com windowslive.com
    icloud.com mac.com me.com privaterelay.appleid.com
    ya.ru narod.ru
    bk.ru inbox.ru internet.ru list.ru mail.ru mail.ua xmail.ru
    autorambler.ru lenta.ru myrambler.ru rambler.ru rambler.ua ro.ru
    bigmir.net i.ua meta.ua ukr.net tut.by mail.by mail.kz inbox.lv inbox.lt inbox.eu
    proton.me protonmail.ch protonmail.com pm.me tuta.com tuta.io tutamail.com tutanota.com tutanota.de keemail.me
    fastmail.com fastmail.fm hey.com hushmail.com mailbox.org mailfence.com posteo.de posteo.net runbox.com zohomail.com
    duck.com mozmail.com simplelogin.com
    email.com mail.com usa.com consultant.com engineer.com europe.com post.com
    freenet.de t-online.de web.de arcor.de online.de
    free.fr laposte.net neuf.fr orange.fr sfr.fr wanadoo.fr bbox.fr
    alice.it libero.it tiscali.it tin.it virgilio.it
    bluewin.ch sunrise.ch chello.at aon.at telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl hetnet.nl
    btinternet.com ntlworld.com sky.com talktalk.net tiscali.co.uk virginmedia.com blueyonder.co.uk eircom.net
    xs4all.nl centrum.cz email.cz seznam.cz azet.sk zoznam.sk
    interia.pl o2.pl onet.eu onet.pl op.pl poczta.fm poczta.onet.pl wp.pl
    abv.bg mail.bg citromail.hu freemail.hu mail.ee online.no telia.com
    att.net bellsouth.net charter.net comcast.net cox.net earthlink.net frontier.com juno.com netzero.net
    optonline.net rr.com sbcglobal.net verizon.net
    bell.net rogers.com shaw.ca sympatico.ca telus.net videotron.ca
    bigpond.com bigpond.net.au iinet.net.au optusnet.com.au tpg.com.au xtra.co.nz
    bol.com.br globo.com ig.com.br terra.com.br uol.com.br prodigy.net.mx
    126.com 139.com 163.com 188.com aliyun.com foxmail.com qq.com sina.cn sina.com sohu.com tom.com vip.qq.com yeah.net
    daum.net hanmail.net kakao.com nate.com naver.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com
    rediffmail.com indiatimes.com walla.co.il walla.com
    10minutemail.com dispostable.com grr.la guerrillamail.com mailinator.com maildrop.cc sharklasers.com temp-mail.org
    tempmail.com throwawaymail.com trashmail.com yopmail.com
    """.split()
)
