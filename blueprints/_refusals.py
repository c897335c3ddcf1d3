"""A sentence for each refusal of the domain."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from flask_babel import lazy_gettext as _l

from blueprints._languages import gettext, spoken
from blueprints._words import exact
from core.refusals import Refused

REFUSALS = {
    # the expertise desk
    "staff-backwards": _l("The most is less than the least."),
    "unknown-place": _l("There is no région, département nor zone d’emploi “%(place)s”."),
    "agreement-no-loan": _l("This programme makes no loan of personnel."),
    "member-unknown": _l("Nobody has an account at %(email)s. Invite them first."),
    "account-needed": _l(
        "This programme is for companies that have an account: ask for yours, then ask from there."
    ),
    "not-of-the-company": _l("This is for those who act for the company."),
    "too-many-people": _l("%(most)s people at most: take one off first."),
    "last-representative": _l(
        "Nobody else acts for this company: say that you know it, or invite a colleague first."
    ),
    "staff-unknown": _l("From 0 to %(most)s people."),
    "institution-elsewhere": _l(
        "%(name)s takes part in another programme. Somebody of both teams may add it here."
    ),
    "company-known": _l("This company has an account already: its own people may invite others."),
    "delay-out-of-range": _l("A delay lasts from 1 to %(most)s working days."),
    "programme-closed": _l("This programme takes no need at the moment."),
    "subject-missing": _l("Choose what the need is about."),
    "unknown-subject": _l("This subject is no longer offered. Choose another."),
    "too-many-subjects": _l("%(most)s subjects at most."),
    "description-empty": _l("Describe the need in a few words."),
    "siret-missing": _l("Write the SIRET number of the company: it must exist already."),
    "company-empty": _l("Write the name of the company."),
    "not-our-territory": _l("This programme does not work in %(commune)s."),
    "staff-missing": _l("Say how many people the company employs."),
    "staff-out-of-range": _l("This programme is not for companies of this size."),
    "sector-missing": _l("Say in which sector the company works."),
    "sector-unknown": _l("This sector is not in the list."),
    "sector-out-of-range": _l("This programme is not for companies of this sector."),
    "phase-missing": _l("This programme is for companies that grow or reorganise: tick one."),
    "phone-missing": _l("Write a telephone number: you will be called."),
    "starts-in-the-past": _l("This day is past."),
    "starts-too-far": _l("This day is more than two years away: check it."),
    "unknown-service": _l("This service is no longer offered. Reload the page."),
    "names-unsettled": _l(
        "The company typed names that must not see this need: say first who is meant, under "
        "“Confidentiality”."
    ),
    "names-whom": _l(
        "Say who is meant: tick the institutions, or that none of the programme is concerned."
    ),
    "unknown-institution": _l("This institution is no longer in the list. Reload the page."),
    "need-elsewhere": _l("This can no longer be done: the need has moved on. Read it again."),
    "position-elsewhere": _l("This can no longer be done: things have moved on. Read it again."),
    "expert-out-of-reach": _l("This need cannot be sent to them. Choose somebody else."),
    "need-held": _l("Another has just reserved this need. You may join the waiting list."),
    "reserved-too-often": _l(
        "You have let your reservation of this need run out twice: it is left to others now. "
        "If you have found your expert, write to the team."
    ),
    "not-asked": _l("This need was not sent to you."),
    "appointment-day-missing": _l("Say on which day the appointment is."),
    "not-of-the-team": _l("This is for the team of the programme."),
    "outside-without-reason": _l(
        "A committee selects here: say why the team decides in its place. The company reads it."
    ),
    "no-committee": _l(
        "No committee covers %(town)s. Make one, or widen the territory of another: %(places)s."
    ),
    "committee-too-small": _l(
        "Too few may vote in “%(name)s” on this need: its quorum is %(quorum)s. Name more people."
    ),
    "not-of-the-committee": _l("This is for those who sit in the committee."),
    "vote-closed": _l("This vote is over."),
    "tied-to-the-company": _l("You act for this company: you can only step aside."),
    "quorum-out-of-range": _l("From 1 to %(most)s people."),
    "vote-days-out-of-range": _l("From 1 to %(most)s working days."),
    "too-many-chairs": _l("%(most)s people chair at most: one leaves the chair first."),
    "period-backwards": _l("The last day is before the first."),
    "period-too-long": _l("A year at most."),
    "period-in-the-future": _l("This day is yet to come."),
    "minutes-drafted": _l("Minutes are being drafted: publish them, or drop them, first."),
    "minutes-published": _l("These minutes are published: they stay as they are."),
    "minutes-empty": _l("Nothing was decided in these days that other minutes do not tell."),
    "partner-stopped": _l("Nothing is asked through this partner any more."),
    "site-unknown": _l(
        "“%(site)s” is not the address of a site. Write it so: https://www.example.org"
    ),
    "too-many-sites": _l("%(most)s sites at most."),
    "unknown-question": _l("This subject does not ask this question."),
    "form-expired": _l("This form stood open for long. Check what you wrote, and send it again."),
    "words-missing": _l("Write a few words: they will be read."),
    "already-at-the-desk": _l("%(email)s is in the list already."),
    "expert-elsewhere": _l("This can no longer be done: read the sheet of this expert again."),
    "not-a-team": _l("Only a team is made of several people."),
    "too-many-addresses": _l("%(most)s addresses at most."),
    "too-many-communes": _l("%(most)s communes at most: choose territories instead."),
    "quota-unknown": _l("Write a number from 1 to %(most)s, or nothing."),
    "absence-past": _l("This day is past: an absence begins today at the earliest."),
    "absence-backwards": _l("An absence does not end before it begins, nor in the past."),
    "programme-missing": _l("Choose at least one programme of the list."),
    "noticed-later": _l("Say when you noticed it: today, or before."),
    "answers-nothing": _l("These rules are for those who answer the needs of companies."),
    "delegate-unknown": _l("Choose somebody of the list."),
    # subscriptions, credits, services
    "nothing-sold": _l("This programme sells no subscription at the moment. Write to its team."),
    "order-waits": _l("An order already waits for its payment: pay it, or cancel it first."),
    "subscribed-already": _l(
        "Your subscription runs. You may renew it in the two months before it ends."
    ),
    "terms-unread": _l("Tick that you accept the subscription terms."),
    "staff-unsaid": _l(
        "The price follows the number of employees: write it on your company’s sheet first."
    ),
    "order-elsewhere": _l("This can no longer be done: the order has moved on. Read it again."),
    "paid-in-the-future": _l("This day has not come yet."),
    "paid-before-ordered": _l("This day is more than a month before the order: check it."),
    "reference-missing": _l("Write a reference: the invoice bears it."),
    "payment-unreachable": _l(
        "The payment service does not answer. Your order is kept: try again in a moment, or pay "
        "otherwise."
    ),
    "subscription-needed": _l(
        "An active subscription is needed: order it under “Subscription and credits”."
    ),
    "subscription-unpaid": _l("Your subscription is ordered: it opens as soon as it is paid."),
    "subscription-over": _l("No subscription is active for this credit."),
    "credit-none": _l("Your subscription holds no credit for this service."),
    "credit-used": _l("This credit is used. The next one comes with your next subscription."),
    "credit-held": _l("This credit is kept for a need that you asked. Follow that need."),
    "credit-of-needs": _l("This credit is used by asking for an expert."),
    "prices-in-the-past": _l("Prices are set from today on, or for later."),
    "grid-in-force": _l("These prices are in force since today: set the new ones from tomorrow."),
    "prices-missing": _l("Write one line a size, %(most)s at most."),
    "prices-from-nobody": _l("The first line begins at 0: each company must find its price."),
    "prices-twice": _l("The same size is written twice."),
    "price-unknown": _l("Write a number of people, a space, a price: 50 500,00."),
    "vat-unknown": _l("Write a rate between 0 and 100, with two decimals at most."),
    "prefix-unknown": _l("Letters and digits without accents, %(longest)s at most."),
    "prefix-taken": _l("The invoices of another programme begin so. Choose other letters."),
    "prefix-stays": _l("Invoices bear %(prefix)s: it stays."),
    "address-empty": _l("Write the address."),
    "iban-unknown": _l("This IBAN is not right: check it."),
    "provider-missing": _l("Say who gives it, and at which address they are told."),
    "link-missing": _l("Write the link of the scheme."),
    "experts-once": _l("The programme already has this service: it is there once."),
    "kind-stays": _l("It stays as it is: companies hold credits for it. Add another service."),
    "survey-answer-missing": _l("Choose an answer to the questions marked with a star."),
    "survey-scale": _l("Choose one of the five answers."),
    "tax-year-unknown": _l("The rule is known here from %(first)s to %(last)s."),
    "tax-amount": _l("Write an amount in euros, 0 or more."),
    "jobs-out-of-range": _l("From 0 to %(most)s jobs."),
    "testimonial-empty": _l("Write your testimonial, or take the tick back."),
    "testimonial-unsigned": _l("Say with which name it is signed."),
    "testimonial-without-consent": _l("Its author no longer agrees that it is published."),
    "testimonial-changed": _l("Its author has just corrected it: read it again, then publish it."),
    # the video rooms
    "removed-from-meeting": _l("The host sent you out of this meeting."),
    "refused-at-the-door": _l("The host did not let you in this time."),
    "meeting-locked": _l("The host closed the door of this meeting."),
    "meeting-full": _l("The room is full: it holds %(most)s people."),
    "too-many-wait": _l("Too many people wait at the door. Try again in a moment."),
    "too-many-notes": _l("This meeting holds %(most)s notes already."),
    "notes-too-fast": _l("Wait a moment before you write again."),
    "phone-too-long": _l("Write a shorter number: %(longest)s characters at most."),
    # answers by mail
    "account-suspended": _l("Your account is suspended. Write to an administrator."),
    "charter-first": _l("First read and accept the charter, on the site."),
    "topic-unseen": _l("This topic is no longer open to you, or it was removed."),
    "address-over": _l(
        "The mail that you answered is over %(days)s days old. Answer on the site, in the topic."
    ),
    # circulars by mail
    "network-not-served": _l("Only the moderators of this network publish for it by mail."),
    "address-renewed": _l(
        "The address of this network was renewed. The good one stands among your drafts."
    ),
    "circular-empty": _l("It holds no words and no file."),
    "too-many-drafts": _l(
        "%(most)s drafts wait already: publish some, or discard those that are of no use."
    ),
    "draft-used": _l("This draft was published already, or discarded."),
    "mail-too-large": _l(
        "It is over %(most)s MB with its files. Send lighter ones, or attach them on the site."
    ),
    # answers of calendars
    "reply-none": _l(
        "This address reads only what calendars answer. Say whether you come on the page of the "
        "date, or by the link of the invitation."
    ),
    "reply-damaged": _l(
        "What your calendar sent could not be read. Answer on the page of the date, or by the link "
        "of the invitation."
    ),
    "reply-not-theirs": _l(
        "The calendar that answered is not that of the address of your account. Answer on the page "
        "of the date, or by the link of the invitation."
    ),
    "reply-unknown": _l("The date is no longer in the agenda, or it is no longer open to you."),
    "which-date": _l("This event has several dates: choose yours on its page."),
    # accounts
    "wrong-credentials": _l("This address and this password do not go together."),
    "wrong-code": _l(
        "This code is not the right one. Wait for the next one, or use a recovery code."
    ),
    "link-over": _l(
        "This link is no longer good: it was used already, or it is too old. Ask for another."
    ),
    "invitation-over": _l(
        "This invitation can no longer be used: it was accepted, taken back or is over 14 days "
        "old. Ask an administrator for another."
    ),
    "password-too-short": _l("Choose a password of at least %(shortest)s characters."),
    "password-too-long": _l("This password is too long: 200 characters at most."),
    "password-too-simple": _l("This password is too simple: use more different characters."),
    "password-is-email": _l("Your address cannot be your password."),
    "second-factor-on": _l("The second factor is already set up."),
    "second-factor-not-begun": _l("Start by scanning the code."),
    "already-member": _l("%(email)s is already a member."),
    "already-invited": _l("%(email)s is already invited: send the invitation again from the list."),
    "no-network": _l("Choose at least one network."),
    "unknown-network": _l("This network does not exist any more. Reload the page."),
    "unknown-territory": _l("This territory does not exist. Choose one from the list."),
    "request-decided": _l("Somebody has already answered this request."),
    "message-needed": _l("Write a word: the person will read why."),
    "last-administrator": _l("There must be at least one administrator left."),
    "last-administrator-stays": _l(
        "You are the only administrator: name another one first, so that somebody runs the house."
    ),
    "account-closed": _l("This account is closed for good."),
    "not-yourself": _l("You cannot suspend your own account."),
    "reason-needed": _l("Say why, in a few words."),
    "end-in-the-past": _l("This date is in the past."),
    "charter-empty": _l("The charter is empty."),
    "charter-changed": _l("The charter has just changed. Here is the new version."),
    "not-administrator": _l("This is for administrators."),
    "not-moderator": _l("This is for moderators."),
    # profiles
    "phone-unknown": _l("This telephone number does not look right."),
    "unknown-organisation": _l("Choose your employer from the list, or write its name below."),
    "not-yours": _l("Only its author can do this."),
    "withdrawn-by-moderator": _l("A moderator withdrew it: write to them."),
    # networks
    "colour-unknown": _l("Write the colour as #rrggbb."),
    "colour-too-light": _l(
        "This colour is too light to be seen on white (%(ratio)s to 1; 3 to 1 is needed). "
        "Choose a darker one."
    ),
    "name-taken": _l("This name is taken."),
    "name-empty": _l("Give a name."),
    "picture-unknown": _l(
        "This is not a picture we can read. Send a PNG, JPEG or WebP of less than 1 MB."
    ),
    # the news
    "article-day-needed": _l("Say on which day it takes place."),
    "article-place-needed": _l("Say where it takes place: a name, an address or a town."),
    "article-too-far": _l("This day is more than three years away: check it."),
    "contract-needed": _l("Say which contract is offered."),
    "deadline-needed": _l("Say until when one can answer."),
    "image-unknown": _l(
        "This is not a picture we can read. Send a PNG, JPEG or WebP of less than 20 MB."
    ),
    "picture-words-needed": _l("Say in a few words what the picture shows."),
    # the forum
    "title-empty": _l("Give your topic a title."),
    "title-too-long": _l("This title is too long: %(longest)s characters at most."),
    "body-empty": _l("Write a few words."),
    "body-too-long": _l("This text is too long: %(longest)s characters at most."),
    "unknown-theme": _l("Choose a theme."),
    "audience-undecided": _l(
        "Tick at least one network or territory, or choose “All members of the networks”."
    ),
    "audience-not-yours": _l("You can only address your own networks and territories."),
    "audience-too-long": _l("Choose at most %(most)s networks and %(most)s territories."),
    "topic-closed": _l("This topic no longer takes answers. What you wrote is still here."),
    "no-answer": _l("This message cannot be the answer."),
    "not-thankable": _l("You cannot thank for this message."),
    "not-reportable": _l("You cannot report this message."),
    "already-reported": _l("You have already reported this message: the moderators will read it."),
    "already-hidden": _l("This message is already hidden."),
    "not-hidden": _l("This message is not hidden."),
    "not-held": _l("This message is not waiting."),
    "report-closed": _l("This report has already been dealt with."),
    "same-theme": _l("The topic is already under this theme."),
    "same-topic": _l("Choose another topic than this one."),
    "not-mergeable": _l(
        "One of these topics was merged already, or is not visible to readers. Choose another."
    ),
    "nothing-to-do": _l("It is already so."),
    "audience-narrower": _l(
        "These topics are not for the same people: some who can read the other could not read "
        "this one. They cannot be merged."
    ),
    # files
    "file-empty": _l("This file is empty."),
    "file-too-large": _l(
        "This file is over %(most)s MB. Deposit a lighter version of it, or a link."
    ),
    "member-full": _l(
        "You have reached the %(most)s MB that one member may deposit. Ask an administrator."
    ),
    "house-full": _l("There is no room left on Maillage. Tell an administrator."),
    "file-kind-unknown": _l(
        "Only PDF, office documents and pictures are taken here: send a PDF rather."
    ),
    "too-many-files-of-need": _l("%(most)s files at most: take one off first."),
    "not-of-the-need": _l("This file is not one of this need."),
    "file-dangerous": _l("“%(name)s” is a program: it could harm those who open it."),
    "offset-wrong": _l("This piece does not follow what was received."),
    "file-longer": _l("More was sent than announced."),
    # the library
    "file-on-its-way": _l("“%(name)s” has not fully arrived. Wait, or choose it again."),
    "upload-lost": _l("One of your files is no longer there. Choose it again."),
    "nothing-deposited": _l("Choose at least one file."),
    "too-many-files": _l("Deposit at most %(most)s files at a time."),
    "unknown-kind": _l("Choose a kind from the list."),
    "unknown-folder": _l("This folder does not exist any more. Choose another."),
    "email-unknown": _l("This e-mail address is not written as one: %(email)s"),
    "link-unknown": _l("Copy the whole address: it begins with https://"),
    "review-past": _l("Choose a day to come: that is when you will be reminded."),
    "unknown-skill": _l("One of these skills is no longer in the list. Choose again."),
    "too-many-skills": _l("Choose %(most)s skills at most on each side."),
    "too-many-lines": _l("There are more than %(most)s lines: narrow the list first."),
    "dates-crossed": _l("It ends before it starts: check both dates."),
    "words-too-long": _l("These words are too long: %(longest)s characters at most."),
    "too-many-territories": _l("Choose at most %(most)s territories."),
    "organisation-known": _l(
        "There is one already in this town: the same kind with this SIRET, or this name. "
        "Correct that one, or look among those that are withdrawn."
    ),
    "name-too-long": _l("This name is too long: %(longest)s characters at most."),
    "siret-unknown": _l(
        "This SIRET is not right: it has fourteen digits, and their sum is checked."
    ),
    "address-too-long": _l("This address is too long: %(longest)s characters at most."),
    "postcode-unknown": _l("A postcode has five digits."),
    "unknown-commune": _l("This commune does not exist: %(commune)s"),
    "point-unknown": _l(
        "This position is not on Earth: latitude from −90 to 90, longitude from −180 to 180."
    ),
    "hours-too-long": _l("These opening hours are too long: %(longest)s characters at most."),
    "places-unknown": _l("Write a number of places between 0 and 100,000."),
    "source-too-long": _l("This source is too long: %(longest)s characters at most."),
    "unknown-activity": _l("One of these activities is no longer in the list. Choose again."),
    "unknown-language": _l("One of these languages is not in the list. Choose again."),
    "not-a-file": _l("A link has no versions: change its address."),
    "note-too-long": _l("This note is too long: %(longest)s characters at most."),
    "label-too-long": _l("This label is too long: %(longest)s characters at most."),
    "same-file": _l("This file is the one that is already shown."),
    "same-document": _l("A document cannot take the place of itself. Choose another."),
    "folder-too-deep": _l("Folders are two deep at most."),
    "folder-used": _l("This folder is not empty: move what it holds first."),
    # the agenda
    "hour-needed": _l("Say at what hour it begins, or tick “All day”."),
    "end-needed": _l("Say at what hour it ends on the last day."),
    "ends-before-it-starts": _l("It ends before it starts: check the start and the end."),
    "event-too-long": _l("It lasts more than %(days)s days: announce several dates instead."),
    "event-too-far": _l("This is more than five years away: check the year."),
    "zone-unknown": _l("This time zone is not in the list. Choose again."),
    "interval-unknown": _l("Write a number between 1 and %(most)s."),
    "times-unknown": _l("Write a number of dates between 1 and %(most)s."),
    "ends-twice": _l("Say until when or how many dates, not both."),
    "until-past": _l("It stops coming back before its first date: check both days."),
    "too-many-exceptions": _l("Write at most %(most)s days."),
    "recurrence-unknown": _l("This way of coming back cannot be read. Choose another."),
    "recurrence-too-fine": _l("A date comes back each day at most."),
    "organisation-unmet": _l(
        "No organisation of the directory has this name. Choose one as you type, or leave it empty."
    ),
    # tables that come in
    "formula": _l("a formula is not taken; write what it gives"),
    "column-twice": _l("Two columns are called “%(title)s”: keep one of them."),
    "columns-missing": _l(
        "A column is missing: %(names)s. Titles stand on the first line; the page that sends a "
        "file lists those that are understood."
    ),
    "kind-unknown": _l(
        "“%(name)s” is not among the kinds of organisations: add it to the list, or correct it."
    ),
    "kind-missing": _l("The line does not say what kind of organisation it is."),
    "network-unknown": _l("“%(name)s” is not a network of this house."),
    "activity-unknown": _l("“%(name)s” is not among the activities: add it, or correct it."),
    "territory-unknown": _l("“%(name)s” is not a région, a département or an employment zone."),
    "email-missing": _l("An e-mail address is needed: members are known by it."),
    "day-unknown": _l("“%(typed)s” is not a date: write 31/12/2026 or 2026-12-31."),
    "line-twice": _l("This line says the same thing as line %(line)s: it is left aside."),
    "cells-without-title": _l("The line has more cells than there are titles."),
    "scheme-known": _l("There is one already that you do not see."),
    "not-invited": _l("This person has no account, and nobody is to be invited."),
    "table-unknown": _l("This is neither a CSV nor an XLSX: save it again as one of them."),
    "table-encoding": _l(
        "Accents cannot be read in this file: save it again as CSV UTF-8, or as XLSX."
    ),
    "table-empty": _l("This table is empty."),
    "table-too-many-lines": _l("This table is over 25,000 lines: cut it in several files."),
    "table-too-many-columns": _l("This table is over 100 columns: keep those that are needed."),
    "table-cell-too-long": _l("A cell of this table is over 10,000 characters: shorten it."),
    "table-quote": _l(
        "A quotation mark is opened in this file and never closed: lines are lost after it."
    ),
    "table-too-heavy": _l("This table is over %(most)s MB: cut it in several files."),
    "old-format": _l("This is an Excel file of before 2007: save it again as XLSX or CSV."),
    "encrypted": _l("This file is locked by a password: save it again without."),
    "damaged": _l("This file is damaged: open it in your spreadsheet, and save it again."),
    "too-large": _l("This file unfolds into too much: keep one sheet of it, or save it as CSV."),
    "too-slow": _l("This file takes too long to read: save it again as CSV."),
    # the search
    "acronym-unknown-form": _l("An acronym is one word of 2 to 20 letters or figures."),
    "acronym-unknown": _l("This acronym is no longer in the list."),
    "meaning-empty": _l("Write what it stands for."),
    "wordings-too-many": _l("Write at most %(most)s other wordings."),
    "wording-too-long": _l("A wording is too long: %(most)s characters at most."),
    # calendars that come in
    "calendar-unknown": _l("This is no calendar: choose the .ics file that your program exported."),
    "calendar-damaged": _l("This calendar is damaged: export it again from your program."),
    "calendar-empty": _l("There is no event in this file."),
    "calendar-too-large": _l("This calendar is too heavy: export a shorter time of it."),
    "calendar-too-deep": _l("This file nests things without end: it is not read."),
    "calendar-too-many-events": _l(
        "This calendar has more than %(most)s events: export a shorter time of it."
    ),
    "calendar-too-many-dates": _l(
        "The events of this calendar come back more than %(most)s times: export a part of it."
    ),
    "time-unknown": _l("%(name)s is not a date: “%(typed)s”."),
    "starts-missing": _l("The event does not say when it starts."),
    "event-damaged": _l("The event is not written as calendars understand."),
    "recurrence-unknown-here": _l("How it comes back is not understood."),
    "recurrence-too-fine-here": _l("It comes back several times a day: that is not taken."),
    "zone-unknown-here": _l("The time zone “%(zone)s” is unknown: hours are those of %(used)s."),
    "ends-before-it-starts-here": _l("It ends before it starts: only the start is kept."),
    "range-left-aside": _l("“This date and the following”: only this date is changed."),
    "exrule-left-aside": _l("A rule of exceptions (EXRULE) is left aside."),
    "dates-left-aside": _l("Some dates (%(name)s) are not understood: they are left aside."),
    "link-left-aside": _l("An address is not that of a page: “%(link)s”."),
    "title-cut": _l("The title is cut at %(longest)s characters."),
    "description-cut": _l("The description is cut at %(longest)s characters."),
    "place-cut": _l("The place is cut at %(longest)s characters."),
    "event-over": _l("All its dates are over."),
    "event-of-a-colleague": _l("A colleague has put it in the agenda already."),
    "event-cancelled-there": _l("It is cancelled."),
    "too-many-feeds": _l("%(most)s calendars at most: stop one that you no longer read."),
    # taking part in a date
    "registration-none": _l("One does not register for this date."),
    "registration-closed": _l("Registration is closed for this date."),
    "registration-full": _l("The last place has just been taken, and there is no waiting list."),
    "date-over": _l("This date has begun or is over."),
    "date-to-come": _l("Wait until the date has begun to note who came."),
    "date-cancelled": _l("This date is cancelled."),
    "answer-needed": _l("Answer this question: %(question)s"),
    "answer-unknown": _l("Choose one of the answers offered: %(question)s"),
    "answer-too-long": _l("This answer is too long: %(longest)s characters at most."),
    "capacity-unknown": _l("Write a number of places between 1 and %(most)s."),
    "days-unknown": _l("Write a number of days between 0 and %(most)s."),
    "question-empty": _l("Write your question."),
    "question-too-long": _l("This is too long: %(longest)s characters at most."),
    "choices-few": _l("Write from 2 to %(most)s choices, one a line."),
    "too-many-questions": _l("Ask at most %(most)s questions."),
    "nobody-comes": _l("Nobody has registered yet: there is nobody to write to."),
    "written-enough": _l(
        "You wrote %(most)s times to those who come within a day: wait until tomorrow."
    ),
    # polls of dates
    "slots-few": _l("Propose %(fewest)s slots at least."),
    "slots-many": _l("Propose %(most)s slots at most."),
    "slot-past": _l("A slot is over already: check the days and the hours."),
    "slot-day-unknown": _l("Choose a day for each slot."),
    "slot-wanted": _l("Somebody can come then: confirm that this slot is no longer proposed."),
    "length-unknown": _l("Choose how long it lasts."),
    "last-day-past": _l("The last day to answer is over: choose another one."),
    "poll-unseen": _l("This poll is no longer open to you, or it was removed."),
    "poll-closed": _l("This poll is closed."),
    "poll-ended": _l("It is too late to answer this poll."),
    "poll-full": _l("This poll has %(most)s answers already: it takes no more."),
    "poll-dated": _l("The date that came of this poll stands: cancel it first."),
    "nothing-answered": _l("Say of each slot whether it suits you."),
    "reminded-today": _l("You reminded them today already: wait until tomorrow."),
    # letters
    "not-editor": _l("The letter is written by the moderators of its network."),
    "moment-unknown": _l("This day or this hour does not exist."),
    "content-unseen": _l(
        "There is no question, document, date or piece of news at this address, or you do not see "
        "it."
    ),
    "letter-sent": _l("This letter is sent: it changes no more."),
    "letter-closed": _l("Open the public letter of the network first."),
    "letter-this-month": _l(
        "A letter left this month already. Tick that you want to send another one."
    ),
    "letter-empty": _l("This letter says nothing yet: write some words, or add something."),
    "items-full": _l("A letter tells of %(most)s things at most."),
    "picks-full": _l("%(most)s contents at most are put forward: take one back first."),
    # carpooling
    "ride-closed": _l("Rides to this date are no longer shared."),
    "ride-twice": _l("You have a ride that way already: change it, or take it back first."),
    "ride-hour-needed": _l("Say when you leave."),
    "ride-day-unknown": _l("Choose one of the days of the date."),
    "ride-places-unknown": _l("From 1 to %(most)s places."),
    "ride-fewer-places": _l("%(given)s places are given already: take one back first."),
    "ride-full": _l("There is no place left in this car."),
    "ride-none-to-propose": _l("You have no free place that way to propose."),
    "seat-declined": _l("The driver has no place for you: see the other rides."),
    "too-many-papers": _l("%(most)s documents at most go with a date."),
    "minutes-early": _l("The minutes are written once the date has begun."),
    # agreements of cases
    "agreement-elsewhere": _l(
        "This agreement has moved on meanwhile: read where it stands, then start again."
    ),
    "agreement-not-yet": _l("The agreement is prepared once both have said: the right person."),
    "agreement-field-missing": _l("Fill in this field."),
    "agreement-same-address": _l(
        "Each signatory has an address of their own: their code is sent there, and to nobody else."
    ),
    "agreement-dates": _l("The mission ends before it begins."),
    "agreement-half-days": _l("A mission lasts one to five days."),
    "agreement-days-outside": _l("Some planned days are outside these dates: take them off first."),
    "agreement-day-outside": _l("This day is outside the dates of the mission."),
    "agreement-day-twice": _l("This day is in the plan already."),
    "agreement-day-to-come": _l("This day is still to come."),
    "agreement-too-many-days": _l("That would be more days than the mission lasts."),
    "agreement-no-day": _l("Plan at least one day first."),
    "agreement-signed-already": _l("This party has signed already."),
    "name-not-signatory": _l("Type the name as it stands in the agreement: %(name)s."),
    "code-wrong": _l("This is not the code. Tries left: %(left)s."),
    "code-over": _l("This code is no longer good: ask for another one."),
    "code-too-many": _l("%(most)s codes were sent in an hour: wait a little."),
    "scan-unknown": _l("Bring back a PDF, a JPG or a PNG."),
    # running the house
    "mail-sent": _l("This mail has left meanwhile."),
    "mail-forgotten": _l("This mail held a link that is erased: it cannot leave again."),
    "already-deleted": _l("It is deleted already."),
    "not-deleted": _l("It is not deleted."),
    "same-account": _l("It is one and the same account."),
    "not-your-own-account": _l("You cannot make your own account go: merge the other into it."),
    "former-address": _l(
        "%(email)s was the address of an account that became one with another: invite the person "
        "at another address, or nobody."
    ),
    "job-running": _l("This work is being done at this very moment."),
    "entry-used": _l("Something is filed there: retire it rather than delete it."),
}


def explain(refused: Refused) -> str:
    """The sentence for a refusal."""
    if refused.code == "suspended":
        until, reason = refused.values["until"], refused.values["reason"]
        if isinstance(until, datetime):
            return gettext(
                "Your account is suspended until %(date)s. Reason: %(reason)s",
                date=exact(until),
                reason=reason,
            )
        return gettext("Your account is suspended. Reason: %(reason)s", reason=reason)
    values = {
        name: format_decimal(value, locale=spoken()) if isinstance(value, float) else value
        for name, value in refused.values.items()
    }
    return str(REFUSALS[refused.code]) % values


def left_out_words(left_out: Iterable[Mapping[str, Any]]) -> list[str]:
    """ "video.exe : ce fichier…", of the files of a circular that were refused."""
    return [
        f"{one['name']}\u00a0: {explain(Refused(one['code'], **one['values']))}" for one in left_out
    ]
