"""Casualty rows of sentences from all sorts of news and notes, one a line: the rows, a bar, the sentence.

A row is ``kind n`` (exactly n), ``kind n+`` (at least), ``kind ..n`` (at most) or ``kind n..m``.
``-`` is no row.
"""

import re
from functools import cache

import pytest

from agents.classification.casualties.find import CasualtyGrammar, find_casualties, load_casualties
from agents.classification.language.text import analyse

_ROW = re.compile(r"(killed|injured|missing|detained|displaced|captured) (?:(\d+)?\.\.(\d+)|(\d+)(\+)?)")

NEWS = """
killed 4 | A mother and her three children were killed.
killed 2 | Her two sons were killed.
killed 2 | A lorry overturned, killing its two occupants.
killed 2 | Gunmen killed the two guards.
captured 2 | Gunmen abducted his two sons.
killed 1 | A trader was beaten by soldiers and later died.
detained 1, killed 1 | A man was arrested and died in custody.
killed 1 | A woman of 79 died when her house came down.
killed 26+ | A boat capsized, drowning at least 26 people.
detained 6 | Customs agents handcuffed six people.
injured 8 | A boiler blast scalded eight workers.
injured 6 | Six others were treated.
displaced 1600 | Some 1,600 inhabitants abandoned their homes.
captured 41 | The base fell and 41 troops are now in captivity.
killed 4 | Four people were killed when a missile hit a flat in Dnipro.
killed 4, injured 12 | The blast killed four people and injured 12.
killed 4, injured 12 | Four people were killed and 12 injured in the blast.
killed 4, injured 12 | Four were killed and 12 others were wounded, the mayor said.
killed 4+, killed 3, injured 12 | Drones killed at least four people, including three medics, and hurt 12.
killed 3 | The shelling killed two women and a child.
killed 2 | A mother and child were killed in their home.
killed 2 | A mother and her daughter were killed outside a locked shelter.
killed 1 | The businessman was killed outside his office.
killed 1 | A 34-year-old man died in the fire.
killed 1 | An 11-year-old was killed by falling debris.
killed 12 | The death toll rose to 12 on Friday.
killed 12 | The death toll has risen to 12.
killed 12 | The death toll from the landslide climbed to 12 overnight.
killed 12 | The death toll now stands at 12.
killed 31 | The number of people killed in the barrage has risen to 31.
killed 37 | The ministry put the number of militants killed at 37.
killed 60+ | At least 60 bodies have been pulled from the river.
killed 5 | Rescuers found five bodies in the rubble.
killed 3 | Three bodies were recovered from the wreck.
killed 4, injured 9 | Four dead, nine wounded in Kherson shelling.
injured 9 | The attack left nine people wounded.
killed 2, injured 9 | The attack left two dead and nine wounded.
injured 12 | Another 12 were injured.
injured 12 | 12 more injured in Odesa.
killed 50000+ | The army has lost at least 50,000 men.
killed 172 | The epidemic claimed the lives of 172 people.
killed 172 | The floods have claimed 172 lives.
killed 12 | A dozen people were killed.
killed 24 | Two dozen people died in the stampede.
killed 24+ | Dozens were killed in the raid.
killed 200+ | Hundreds of people died in the quake.
killed 40+ | Scores of people were killed.
killed 3 | Three of them died at the scene.
killed 9 | Correction: nine, not 12, killed in floods, the regional government says.
killed 9 | Floods kill nine, not 12.
killed 9 | Nine people, not twelve, were killed in the blast.
killed 9 | The blast killed not 12 but nine people.
killed 9 | Not 12 but nine people were killed.
killed 9 | Nine people died in the crash and not 12 as stated earlier.
killed 9 | Nine people rather than 12 died in the crash.
injured 11 | Correction: Eleven (not 14) people were injured in the fire.
killed 9 | The toll is nine.
killed 9 | Officials put the toll at nine instead of 12.
killed 9 | The ministry lowered the toll from 12 to nine.
killed 12 | The death toll rose from 9 to 12.
killed 6 | Officials on Tuesday revised down the death toll from the fire to six from seven.
killed 8 | The flood toll doubles to eight.
killed 9 | Correction: we earlier reported 12 dead in the blast. Officials have revised that to nine.
killed 9 | We earlier reported 12 dead in the blast. Officials now put the number at nine.
killed 9 | An earlier version of this post said 12 people died. The figure is nine, the mayor said.
killed 9 | An earlier post said 12 people died, but nine did. Nine people died.
killed 9 | Correction: We said 12 people had died in the flood. The hospital said nine people died.
killed 12 | As we reported earlier, 12 people were killed in the strike.
killed 12 | We reported earlier that 12 people were killed in the strike.
- | Correction: We reported earlier that 12 people were killed in the strike. That is wrong.
killed 9 | Correction: The earlier figure of 12 dead was wrong. Nine died.
killed 9 | The crash killed nine people. Police earlier put the number at 12.
injured 4 | Four people were hurt. Call the number 112 for help.
injured 4 | Four people were hurt. The emergency number is 112.
killed 9, injured 12 | Nine people died and 12 were injured, not by the blast but by the crush.
- | No one was hurt.
- | Nobody was injured in the incident.
- | There were no casualties.
- | No deaths were reported.
- | There were no reports of deaths or injuries.
killed 10..15 | Between 10 and 15 people were killed.
killed 10..15 | 10 to 15 soldiers were killed in the ambush.
killed ..70 | As many as 70 people may have been killed.
killed ..70 | Up to 70 people were killed.
killed 50+ | More than 50 people were killed.
killed ..20000 | Nearly 20,000 people have been killed.
killed 300 | About 300 people died.
killed 300 | Some 300 people died.
killed 300 | Around 300 people were killed.
- | A new strike could kill thousands of people.
- | Experts warn that a dam failure would kill 10,000 people.
- | The senators killed the bill.
- | The race ended in a dead heat.
- | The captain nursed an injured pride after the 3-1 defeat.
- | The committee killed two amendments.
- | Air defences shot down 14 drones.
- | Two drones were captured by the rebels.
- | The fire killed 40 cows and a horse.
- | More than 200 sheep died in the cold.
- | The deal was killed in 2019.
- | The town was captured in May.
- | Bakhmut was captured in May 2023.
killed 2, injured 15 | Lebanon's health ministry said that two people died and 15 were wounded.
killed 1, injured 1 | A police officer was killed and another wounded in an ambush.
injured 2 | Two firefighters were taken to hospital with burns.
injured 13 | A chemical leak sent 13 workers to hospital.
injured 3 | Three people were treated for smoke inhalation.
injured 1 | One person was in hospital in a critical condition.
injured 2 | Two people suffered minor injuries.
injured 6 | Six passengers were hospitalised.
injured 6 | Six passengers were hospitalized after the crash.
injured 1 | A woman was seriously injured.
injured 20+ | More than 20 people sustained injuries.
missing 5 | Five people are missing.
missing 5 | Five hikers were still missing on Sunday.
killed 7+, missing 5 | At least seven people have died and five are missing after a landslide.
missing 83 | 83 people are unaccounted for.
missing 20+ | More than 20 people remained missing.
killed 4, missing 3 | The flood killed four people, leaving three missing.
killed 58, missing 34, injured 101 | Floods have killed 58 people in Nepal, with 34 missing and 101 injured.
missing 6 | Six sailors went missing when the trawler sank.
detained 3 | Police arrested three men on Monday.
detained 3 | Three men were arrested on Monday.
detained 19+ | At least 19 people have been arrested.
detained 17, injured 4 | Four people were hurt and 17 arrested, police said.
detained 2 | Two suspects are in custody.
detained 2 | Two held over arms cache in Marseille.
detained 2 | Two men were taken into custody.
detained 7 | Police arrested a former minister and six other people.
detained 3 | The owner and two managers have been taken into custody.
detained 1 | Pakistan's former prime minister has been arrested at his home.
detained 1 | The driver has been detained.
detained 8 | Police in Laos have detained eight employees of a hostel.
detained 70 | Officers made 70 arrests.
displaced 62000+ | More than 62,000 people have fled their homes.
displaced 1200 | The fire forced the evacuation of 1,200 people.
displaced 180 | Officials evacuated 180 guests by bus.
displaced 3000 | About 3,000 people were displaced by the floods.
displaced 40000 | The quake left 40,000 people homeless.
displaced 1500000+ | More than 1.5 million people are displaced.
displaced 12000000+ | The war has driven more than 12 million people from their homes.
displaced ..360000 | Nearly 360,000 have fled Rafah in a week.
displaced 300 | Some 300 residents were evacuated.
captured 30 | Gunmen abducted 30 passengers from a train.
captured 4 | Four soldiers were taken prisoner.
captured 12 | Twelve villagers were kidnapped.
captured 21, killed 38 | 38 soldiers had been killed and 21 captured.
captured 2 | Two journalists were taken hostage.
captured 5 | The army captured five militants.
killed 8, captured 4 | Eight rebels were killed and four surrendered.
killed 1 | He was killed in an air strike.
injured 1 | She was wounded in the leg.
detained 1 | He was arrested on Tuesday.
killed 2 | Both pilots died? Two pilots died in the crash.
killed 6 | In all, six people died.
killed 6, killed 2 | An air strike killed six people, including two children.
injured 22, injured 4 | Twenty-two spectators were hurt, four of them seriously.
killed 172, killed 70 | Cholera killed 172 people, 70 of them in two days.
killed 9+, killed 7 | Gunmen killed at least nine people, among them seven officers.
killed 11 | Eleven killed as bus and lorry collide.
killed 19 | A bus fell into a ravine, killing 19 passengers.
killed 19, injured 20 | A bus fell into a ravine, killing 19 and injuring 20.
killed 8, injured 25+ | Eight people were killed and at least 25 injured when two trains collided.
killed 1 | Mayoral candidate shot dead at rally.
killed 2 | Gunmen shot dead two guards.
killed 2 | Gunmen stormed a school, shooting dead two guards.
killed 8 | Eight people have been shot dead in a tavern.
killed 3 | Three teenagers were stabbed to death.
killed 5 | Five migrants drowned in the Channel.
killed 5 | Five climbers perished on the mountain.
killed 5 | Five miners lost their lives.
killed 20+ | Cholera kills at least 20 in Aden.
killed 2 | Lightning strike kills two hikers.
killed 1 | Bird flu kills farm worker.
killed 16+ | Nigerian jet bombs vigilantes by mistake, killing at least 16.
killed 1 | A commander of the group was assassinated in Beirut.
killed 3 | Three journalists were murdered last night.
killed 2 | The suspect is accused of murdering two women.
killed 3 | The crash resulted in the deaths of three passengers.
killed 1 | The accident resulted in one death.
killed 48 | The ministry counts 48 deaths this year.
killed 12 | Twelve mpox deaths have been recorded.
killed 4 | A family of four was killed when their house collapsed.
killed 4 | The crash killed a family of four.
killed 2 | A couple were killed in the avalanche.
killed 5 | Three soldiers and two civilians were killed.
killed 5 | The mine killed three soldiers and two civilians.
killed 6 | Two men, three women and a child were killed.
killed 3, injured 2 | The attack killed three soldiers and two civilians were wounded.
killed 4 | Four suspected jihadists were killed by the army.
killed 6 | Four suspected jihadists killed six people.
killed 6 | Four gunmen on motorcycles killed six people at a market.
killed 2 | Two people in a car were killed.
killed 2 | Two members of a repair crew were killed.
killed 2 | Two women travelling in one of the cars died on the spot.
killed 14 | Fourteen people, most of them pensioners, were killed.
killed 3, injured 8 | Three people, all from one family, were killed, and eight others were injured.
killed 2 | Two people - a man and his son - were killed.
killed 1000 | Some 1,000 soldiers were killed in a single week, it claimed.
killed 23 | The avalanche buried a hamlet; 23 people died.
killed 10 | Ten people died of hunger.
killed 16, injured 29 | The explosion killed 16 workers on Monday night and injured 29 others.
killed 2, injured 5 | A man stabbed shoppers, killing two women and wounding five others.
killed 1 | A firefighter died battling the blaze.
injured 1 | A cameraman was hurt by a rubber bullet.
injured 30 | 30 officers were injured, some of them by dynamite.
injured 120+ | More than 120 have been injured.
injured 40+, killed 60 | A tanker blew up, killing 60 and burning at least 40 more.
killed 3 | The toll of the fire is now three.
killed 51, missing 200+ | The minister has raised the toll to 51 dead and says more than 200 are missing.
killed 7, injured 31 | Artillery fire hit a market, killing seven people and wounding 31, medics said.
killed 150+ | In October a similar explosion killed over 150 people.
killed 144+ | Last month's attack on a concert hall killed at least 144 people.
killed 10000+, injured ..20000 | More than 10,000 civilians had been killed and nearly 20,000 wounded.
killed 800000+ | In Rwanda over 800,000 people, mostly Tutsis, were killed.
killed 7000+ | More than 7,000 men and boys were killed at Srebrenica.
killed 20000+, injured 40000 | At least 20,000 Russians have been killed and another 40,000 wounded.
killed 483+ | Over 15 months of war at least 483 children had been killed.
killed 1 | Her 33-year-old neighbour, Natalya, was also killed.
killed 5 | Rescue helicopter crashed, all 5 aboard dead.
killed 1 | Actor dies at 84? One man died.
"""

NOTES = """
killed 7 | On 3 May, armed men attacked a village near Djibo. 7 fatalities.
killed 5 | Militants raided the camp at night. Fatalities: 5
killed 5 | Fatalities - 5.
killed 12+, killed 3, killed 9 | At least 12 reported killed (3 soldiers, 9 militants).
killed 2 | Gunmen shot and killed two farmers in Zamfara.
killed 2, captured 4 | Bandits killed two villagers and kidnapped four others.
killed 1 | On 12 March 2021, an unidentified armed group killed a civilian in Menaka.
killed 1 | A man was beaten to death by a mob over alleged theft. 1 fatality.
- | Protesters gathered outside parliament. No fatalities.
- | Rioters burned tyres on the main road; no injuries were reported.
killed 3 | Shelling of Avdiivka. 3 fatalities reported.
killed 10 | Clashes between herders and farmers resulted in 10 deaths.
killed 4, injured 2 | An IED hit a military convoy, leaving four soldiers dead and two injured.
killed 4, injured 6 | A suicide bomber detonated his vest; 4 killed, 6 injured.
killed 15+ | Air strikes killed at least 15 militants in Sambisa forest.
killed 8 | Security forces clashed with militants, killing 8 of them.
killed 1 | The body of a kidnapped teacher was found near the river. 1 fatality.
killed 2 | Two bodies with gunshot wounds were found on the roadside.
killed 6 | Six people were executed by the group.
killed 3 | Three of the attackers were killed.
killed 20, killed 5 | The group claimed to have killed 20 soldiers, while the army said only 5 soldiers died.
killed 2 | Two police officers and an unknown number of militants were killed.
killed 1, injured 3 | One person was killed and three were injured during a demonstration.
injured 7 | Police fired tear gas, injuring 7 students.
detained 11 | Police dispersed the crowd and arrested 11.
detained 35 | 35 protesters were detained.
killed 9 | Al Shabaab fighters ambushed a patrol. Nine soldiers were reportedly killed.
killed 3 | A landmine explosion killed three members of one family.
killed 2 | Unknown gunmen assassinated two tribal elders.
killed 13 | The army claimed to have neutralised 13 terrorists.
killed 1 | A farmer was hacked to death by suspected militiamen.
killed 4 | Four civilians were beheaded.
- | Fighters took control of the village without a fight. Fatalities unknown.
captured 20 | Gunmen abducted 20 schoolgirls.
killed 1, injured 1 | A woman was killed and her son wounded by a stray bullet.
killed 2 | Soldiers opened fire on a bus, killing the driver and a passenger.
killed 1 | A local chief was shot dead in his house.
killed 1 | Gunmen shot dead a local chief in his house.
killed 2 | 2 people were lynched by a crowd.
killed 17, injured 30+ | 17 people were killed and over 30 injured in the attack on the market.
killed 3, injured 9 | Cattle rustlers attacked a kraal: 3 killed, 9 wounded.
killed 5 | Clashes left five dead.
killed 5 | Five dead in clashes.
killed 5 | 5 dead.
killed 100 | The attackers massacred 100 villagers.
killed 1 | The mayor of the town was killed by unknown gunmen.
killed 2 | Twin blasts killed 2 persons.
killed 6 | Six persons lost their lives in the crossfire.
killed 3 | Drone strike on a vehicle. The 3 occupants were killed.
killed 1 | Sniper fire killed a Ukrainian soldier.
killed 1 | A Ukrainian serviceman was killed by sniper fire.
killed 2, injured 4 | As a result, 2 servicemen were killed and 4 wounded.
killed 1, injured 7 | As a result of the shelling 1 serviceman was killed, 7 more were wounded.
killed 30 | Coalition warplanes struck rebel positions. 30 rebels killed.
killed 12 | Security forces gunned down 12 bandits.
killed 2 | Suspected militants opened fire at a checkpoint; two constables were martyred.
killed 2 | The soldiers killed two and arrested others.
injured 4 | Four were hospitalised.
killed 7 | 7 people including women and children were killed.
killed 7 | A total of seven people were killed.
killed 4 | 4 (four) people were killed.
killed 8 | Around 8 fatalities were reported.
killed 5..6 | Five or six people were killed.
killed 2, injured 1 | Two killed, one injured in shooting near Hebron.
killed 1 | One killed.
killed 25, killed 10 | The clashes killed 25 people, including 10 civilians.
killed 3 | Police killed 3 protesters.
killed 3 | 3 protesters were killed by police.
killed 3 | Three persons were burnt alive in their house.
killed 1 | A journalist succumbed to his injuries.
killed 18 | Jihadists stormed a mine and slaughtered 18 workers.
killed 1, detained 2 | One suspect was killed and two arrested.
killed 1 | Dozens of youths threw stones; one of them was shot dead.
- | Two militants attempted to kill a judge but fled.
- | Militants planned to kill 20 people, police said.
- | The two sides exchanged fire with no casualties.
killed 40 | Losses on both sides: 40 killed.
killed 1 | The 70-year-old man was found dead.
killed 2 | Two boys were found dead in a well.
killed 2 | A grenade exploded in a bar and killed 2, among them the owner.
killed 6, injured 11 | 6 civilians (2 women, 4 men) were killed and 11 injured. || killed 2, killed 4
killed 3 | Pro-government militia killed a father and his two sons.
killed 14 | 14 pro-regime fighters were killed.
killed 9 | 9 ISIS members were killed by SDF forces.
killed 1 | Gunmen stabbed a man to death near the mosque.
killed 2 | A mob beat two suspected thieves to death.
- | A court sentenced two men to death.
killed 1 | Soldiers shot a man dead at a roadblock.
killed 1, captured 1 | Unknown men abducted a trader and later killed him.
killed 5 | A suicide bomber blew himself up, killing himself and four others.
killed 1 | An air strike killed Hezbollah commander Fuad Shukr.
killed 1 | Gunmen assassinated Sheikh Mahmoud Talib in Tikrit.
detained 1 | Police arrested Marta Ruiz on Friday.
killed 2, injured 5 | The explosion led to the death of two soldiers and the injury of five others.
killed 4 | The group claimed the killing of four soldiers.
killed 8 | The bodies of eight men were discovered in a mass grave.
killed 1 | An unidentified body was found in the bush.
killed 2, injured 3 | 2 KIA and 3 WIA.
killed 6 | Suspected rebels kill 6 civilians in the village.
killed 1 | A militant is shot dead by soldiers.
killed 3, injured 2 | Gunmen attack a convoy, kill 3, wound 2.
killed 5..7 | Between 5 and 7 fatalities.
killed 10+ | 10+ fatalities.
killed 10 | Fatalities coded as 10.
killed 2 | Two children die after stepping on a landmine.
killed 1 | A civilian dies of his wounds.
killed 8 | Three soldiers and five militants were killed in the clashes.
killed 3 | Around three people reportedly died.
killed 11 | 11 persons including 3 women lost their lives. || killed 3
killed 6, injured 4 | An RPG hit a house; six members of a family were killed and four hurt.
killed 1 | The mob lynched a suspected thief.
killed 1, captured 1 | Rebels killed one villager and abducted another.
killed 1 | A local councillor, Ali Hassan, was shot and killed by gunmen.
killed 2 | Armed men on motorbikes attacked the town. The village head and his brother were killed.
killed 7 | In the fighting seven were killed on both sides.
killed 40 | The governor said 40 people had been killed and buried.
killed 5 | YPG fighters clash with an armed group near the town, 5 of whom were killed.
killed 2 | Several houses were burned and two women killed.
killed 3, injured 1 | Shelling on the village: 3 civilians killed, 1 injured.
- | Displaced families returned to 12 villages.
killed 5 | 5 YPG fighters and 3 vehicles were hit; the 5 fighters were killed.
"""

MORE = """
killed 11, killed 4 | Fighting between SSPDF and SPLA-IO: 11 killed, of whom 4 were civilians.
killed 1 | A Palestinian teenager was fatally shot by Israeli soldiers at a checkpoint.
killed 2 | Police fatally shot two demonstrators.
killed 1 | Rioters killed a policeman with stones.
- | Residents of Goma demonstrated against the killing of a student. No deaths.
killed 5 | ISIS fighters executed five men accused of spying.
killed 10 | RSF fighters attacked the village, killing an estimated 10 civilians and looting shops.
killed 7 | 7 bodies were found in a shallow grave by residents.
killed 1, injured 2 | One student died and two others were injured as police opened fire.
killed 3 | Houthi landmine: 3 children dead.
killed 8 | Eight people lost their lives to an attack by bandits.
injured 2 | Protesters threw stones, injuring two police officers.
killed 2 | Two alleged robbers were burnt to death by a mob.
killed 3 | Separatists killed three gendarmes in an ambush near Mamfe.
killed 4, captured 9 | Bandits attacked Birnin Magaji, killed 4 and abducted 9 people.
killed 13, injured 21 | 13 people killed, 21 injured in a car bomb blast outside a hotel.
killed 2 | Armed robbers shot a shopkeeper and his assistant dead.
killed 6 | A total of 6 fatalities were recorded.
killed 1 | Taliban fighters kill a tribal elder in Nangarhar.
killed 40, injured 60 | Afghan officials claimed that 40 Taliban were killed and 60 wounded in air strikes.
killed 18 | 18 Taliban militants, including two commanders, were killed. || killed 2
killed 4 | Four were killed, including a child.
killed 7 | An estimated 7 people were killed in inter-communal clashes.
killed 1 | A pastor was killed and his church set on fire.
killed 3 | Three Naxalites were killed in an encounter with police.
killed 9 | Soldiers killed nine insurgents and recovered weapons.
killed 2, injured 5 | Two people are dead and five are injured after a shooting in Houston.
killed 1 | A 5-year-old girl died after being hit by a stray bullet.
killed 22 | Twenty-two people have been killed since Friday in floods.
killed 36, missing 12 | The number of dead from Cyclone Ana has reached 36, with 12 people still missing.
killed 250+, injured 1000+ | The earthquake killed more than 250 people and injured over 1,000.
killed 4 | Four hikers were found dead on Sunday after an avalanche.
killed 16 | Sixteen skiers were buried and died.
killed 2, missing 3 | Two crew members died and three are missing after a cargo ship sank.
injured 50+ | More than fifty people were treated in hospital for smoke inhalation.
killed 3 | The gunman killed three people before turning the gun on himself.
killed 4 | A gunman killed three people and himself.
detained 250 | Riot police detained 250 people at rallies in Minsk.
detained 1300+ | More than 1,300 people have been detained at anti-war protests across Russia, OVD-Info says.
displaced 400000 | Some 400,000 people have been forced from their homes by the offensive.
displaced 85000+ | The fighting has displaced more than 85,000 people.
killed 67 | All 67 people on board the plane were killed.
killed 67 | All 67 passengers and crew died when the jet crashed.
killed 3 | The helicopter crashed, killing all three on board.
killed 5 | Russian shelling kills five in Kherson - governor
killed 2, injured 18 | Missile strike on Odesa: two killed, 18 wounded.
killed 26 | Turkey mine blast death toll rises to 26
killed 12, injured 39 | Bus crash in Bulgaria leaves 12 dead, 39 injured
killed 20 | Gunmen kill 20 in attack on Mali village
injured 8 | Eight injured in Berlin tram derailment
killed 1 | Journalist killed in Gaza strike
missing 17 | 17 missing after landslide hits village in Norway
killed 3, missing 8 | Three killed, eight missing in Alaska boat sinking
killed 1 | Ex-president's son dies in crash
detained 4 | Four arrested after raid on bakery
- | Government survives no-confidence vote by 12 votes
- | Two goals in two minutes killed the game, the coach said.
- | The bank wounded by losses cut 1,200 jobs.
- | The film has 12 nominations, including best picture.
- | Ten workers escaped injury when the roof fell.
- | Five people escaped unhurt.
- | There were 200 people at the scene of the deadly attack.
- | The fighter retired with 20 wins and 3 losses.
- | More than 100 firefighters tackled the blaze; nobody was hurt.
- | A 52-year-old man from Leeds won the lottery.
- | The death penalty was abolished in 1998.
- | Around 5,000 people marched in memory of the dead.
- | 300 soldiers will be deployed.
- | Poland will buy 500 rocket launchers.
- | Two people were rescued from the rubble.
- | Vaccination could prevent 20,000 deaths a year.
- | The plan aims to cut road deaths by 50 per cent.
- | On 5 June, students marched in Dhaka to protest the killing of two classmates in a road accident.
- | Hundreds rallied in Lahore to condemn the murder of a journalist.
- | Farmers blocked the highway over unpaid wages. No injuries or fatalities reported.
- | Security forces exchanged fire with militants near the border. Casualties unknown.
- | A mob attacked a police station and set five vehicles on fire.
- | Security forces defused two IEDs.
- | Army units shelled Lyman and 14 other settlements.
- | Members of a gang fired shots in the air; no one was hit.
- | Two drones were intercepted over the city.
- | Rebels seized two villages and burned 40 houses.
- | Around 50 protesters gathered in front of the ministry.
detained 6 | Police used tear gas and arrested six demonstrators.
injured 3, detained 20 | Clashes with police left three injured, and 20 were detained.
captured 3 | Unidentified gunmen kidnapped three aid workers.
captured 1 | Gunmen kidnapped a businessman and demanded ransom.
killed 1, captured 2 | Pirates boarded a tanker, killing a guard and taking two sailors hostage.
killed 2 | Cartel hitmen gunned down two brothers outside a bar in Celaya.
killed 4 | Four people, including two minors, were shot dead in Celaya. || killed 2
killed 1 | A former mayor was killed when armed men intercepted his vehicle.
killed 5 | Five bullet-riddled bodies were dumped on a road.
killed 3 | Decapitated bodies of three men were found in bags.
killed 9, injured 4 | Gang members stormed a rehab centre, killing 9 and wounding 4.
killed 2 | Clashes between rival factions of the group resulted in two fatalities.
killed 12 | 12 militants and no soldiers were killed.
killed 11 | Eight militants and three soldiers were killed.
killed 25 | Airstrikes by the coalition on Marib: 25 Houthis killed.
killed 1 | A drone strike killed an Al Qaeda leader in Shabwah.
killed 1, injured 1 | Israeli fire killed a fisherman off Gaza and injured his son.
killed 6 | Six Palestinians killed in Israeli raid on Jenin, health ministry says.
killed 6 | Health ministry: six killed in raid.
killed 3 | 'Three of our boys are dead,' the commander said.
killed 100+ | More than one hundred people died in a stampede at a religious gathering.
killed 116 | The stampede killed 116 people, most of them women.
killed 2 | A wall collapsed on labourers, killing two of them.
killed 20, injured 2+ | Twenty workers were killed and several others injured.
killed 2+ | Several people were killed in an air strike on Homs.
injured 2+ | A number of civilians were injured in the shelling of Sumy.
captured 2+ | Several tanks were destroyed and a number of soldiers captured.
killed 3 | Several days after the attack, three more people died.
killed 4 | Multiple explosions killed four people in Aden.
killed 20, injured 31 | Twenty killed, 31 hurt as roof caves in.
killed 1 | The lone occupant of the car was killed.
killed 3 | All three occupants died.
killed 5 | All five crew members died.
killed 2 | Both drivers were killed.
killed 44 | It said 44 of its fighters had been killed.
killed 44 | Forty-four of its fighters were killed, the group said.
killed 150 | Ukraine's general staff said Russia had lost 150 soldiers.
killed 1240 | Russia lost 1,240 soldiers over the past day, the general staff said.
killed 6, injured 9 | 6 Ukrainian servicemen killed, 9 wounded in the past 24 hours.
killed 10 | Ten more people died of Covid-19.
killed 10, missing 2 | A boat capsized; ten drowned and two are missing.
killed 41 | A boat carrying 45 migrants sank off Tunisia, and 41 drowned.
killed 41+ | At least 41 migrants have drowned after a boat sank.
injured 3 | Three people have been injured, one seriously, in a knife attack.
injured 3, injured 1 | Three people have been injured, one of them seriously.
missing 1 | A climber has gone missing on Mont Blanc.
killed 4 | Four bodies pulled from river.
killed 1 | Man dies after falling from balcony.
killed 1 | Woman, 82, killed in house fire.
killed 2 | Two teenagers, aged 15 and 16, were killed when their car hit a tree.
killed 1 | A 19-year-old student was killed and his friend escaped.
displaced 5000 | The storm forced 5,000 people to evacuate.
displaced 5000 | Some 5,000 residents had to be evacuated.
displaced 200000+ | Over 200,000 people have been displaced since January.
killed 1 | Suspected militants killed a village defence guard in Kupwara.
killed 2 | Two civilians were killed by an unexploded shell in Idlib.
killed 3 | In the morning, SAF drone strikes on Nyala left three dead.
killed 4 | Al Shabaab militants executed four men by firing squad, accusing them of being spies.
killed 1 | A man was shot and killed by unidentified assailants in Sao Paulo.
killed 1 | Unidentified gunmen on a motorcycle shot and killed a police constable.
killed 5, captured 3 | Armed group attacks villagers, 5 killed, 3 kidnapped.
killed 12 | Artillery shelling of Khartoum: 12 civilian deaths.
killed 2 | Israeli settlers shot dead two Palestinians near Nablus.
killed 1 | A prisoner died under torture in Sednaya.
killed 1 | The corpse of a woman was discovered near the railway.
killed 6 | Six RSF soldiers were reported dead.
killed 10 | The PKK claimed that 10 Turkish soldiers were killed in the attack.
killed 8 | Eight Iraqi soldiers were killed and an army vehicle destroyed.
killed 3 | Police clashed with protesters, killing three.
killed 1 | A boy was killed in crossfire between gangs.
killed 2 | Two assailants on a motorbike shot and killed a couple in Guayaquil.
killed 1 | An armed man was killed in a shootout with police.
killed 9 | The bodies of nine men showing signs of torture were left on a highway.
killed 3 | Three people, including a pregnant woman, were hacked to death.
killed 14 | Fourteen people were massacred by ADF rebels.
killed 20 | ADF rebels killed around twenty people with machetes.
killed 11 | 11 dead after militia attack.
killed 1 | One of the attackers was killed.
killed 4 | Four of the attackers were killed and the rest fled.
killed 5 | During the clash, 5 gang members were shot dead by police.
killed 1 | Police shot dead a suspected gang member.
killed 1 | Police shot and killed a suspect.
killed 2 | The army reported the death of two soldiers.
killed 1 | The army announced the death of a soldier in combat.
killed 45 | 45 bodies were exhumed from a mass grave.
killed 3 | A Russian missile hit a house, killing a couple and their son.
killed 1 | The attack resulted in the killing of one person.
killed 1 | One woman was raped and killed.
killed 1 | An elderly man was found murdered.
injured 1 | A child was wounded by shrapnel.
killed 16 | Sixteen people were found dead following an attack.
killed 2, injured 6 | 2 killed and 6 injured.
- | Gunmen fired at a vehicle of the mayor, who escaped unharmed.
- | Fifteen houses were destroyed and 300 cattle stolen.
- | About 2,000 people demonstrated against the government.
- | The army destroyed 4 rebel bases.
- | Government forces regained control of three villages from rebels.
- | Prisoners went on hunger strike over conditions; 30 take part.
- | Three vehicles were set on fire.
- | Cattle raid: 120 cows stolen.
killed 5 | Death toll: 5
injured 30 | 30 hurt after train derails
killed 2 | 2 ppl killed
killed 4 | 4 x dead after crash on A14
killed 4, injured 3 | 4 fatalities, 3 injuries
killed 5 | Five confirmed dead
killed 5 | Five people confirmed dead after ferry sinks
killed 5, missing 2 | Five confirmed dead, two missing
killed 12 | Toll from blast now 12, hospital says
killed 1 | Opposition leader's bodyguard killed
killed 1 | A bodyguard for the opposition leader was killed.
killed 14+, injured 60+ | 14+ dead, 60+ wounded
killed 16 | Blast at fireworks plant in Gansu kills 16
killed 1 | A Ukrainian drone killed a truck driver in Belgorod region, the governor said.
injured 2 | Two civilians, a man and a woman, were wounded in Graivoron.
killed 1, injured 4 | One civilian was killed and four more were injured, including a 14-year-old girl.
killed 21 | The regime's strike on a market claimed 21 lives.
killed 15 | Fifteen inmates were killed in a prison riot.
killed 4 | In an ambush, the rebels killed four soldiers and captured a truck.
detained 12 | FSB says it detained 12 people over plot.
captured 251 | Hamas took 251 people hostage.
captured 251, killed 1200 | About 1,200 people were killed and 251 taken hostage.
killed 41000+ | More than 41,000 Palestinians have been killed in Gaza, the health ministry says.
killed 3 | Three aid workers with the charity were killed when their car was hit.
killed 1 | The charity said one of its drivers had been killed.
missing 40 | About 40 people are feared trapped under rubble.
- | Officials said nobody had been killed or injured.
- | He scored twice against 10 men after a red card.
- | Injured Kane to miss three games
- | 10-man Chelsea lose at home
- | Two injured players return for Spain
"""

CHANNELS = """
killed 3, injured 11 | UPD: 3 killed, 11 injured
killed 3, injured 11 | ❗️3 killed, 11 injured in Kharkiv
killed 1, injured 6 | A warehouse is burning near the port, 1 dead and 6 wounded.
killed 3, injured 14 | 3 dead, 14 in hospital, the emergency department says.
killed 8, injured 15 | Fake arak again: 8 dead, 15 in hospital.
killed 26, injured 147 | death toll at 26, 147 hurt
killed 157+, missing 100 | cloudburst wipes out hamlets, at least 157 killed, 100 missing
captured 30+ | 30+ conscripts taken prisoner.
captured 14 | 14 prisoners taken.
killed 2 | We lost two of ours.
injured 1 | Mayor: one wounded, a bus driver.
killed 4, injured 29 | Van 4 muertos y 29 heridos, según la Policía.
injured 14, detained 33 | Choques en la vía: 14 heridos y 33 detenidos.
killed 3, injured 12 | Explosion à Lyon : 3 morts et 12 blessés.
killed 2, injured 5 | 2 işçi öldü, 5 yaralı.
killed 2 | Killed: 2
killed 2, injured 7 | Killed: 2. Injured: 7.
killed 5, injured 12, missing 3 | Dead: 5, injured: 12, missing: 3
killed 2, injured 9 | ⚡️ 2 dead, 9 wounded after the night attack
killed 1, injured 1 | A 17-y-o killed from a scooter, a passer-by hurt in the leg.
detained 27 | Police say 27 detained.
detained 13 | Police then moved in: thirteen arrested, nobody seriously hurt.
displaced 312, displaced 41 | 312 people left yesterday, 41 of them children.
killed 9 | 9 soldiers dead according to a security source.
killed 1 | 1 death, a male nurse, 32, in Kampala.
- | Adverts: killer deals, 50% off, prices slashed!
- | Stay in shelters!
- | Explosions heard, second series in ten minutes.
"""

TRAPS = """
- | Liverpool lost 3-1 to Arsenal.
- | The team is missing three key players for the match.
- | The striker is injured and will miss two games.
- | He died in 2016.
- | Oil at $47 a barrel hurt importers.
- | The 2011 earthquake is remembered every year.
- | Killing time at the airport, 300 passengers played cards.
- | The drug kills 99% of germs.
- | The app was killed after three years.
- | Two thirds of the coral is dead.
- | The dead line of 12 May passed.
- | The court upheld two death sentences.
- | He received 14 death threats.
- | Four people on death row were pardoned.
- | Some 240 survivors have been allowed to take part.
- | Turnout was 58 per cent, with 311 votes between them.
- | The company shed 700 jobs.
- | Nobody was killed; two houses burned.
- | None of the 12 passengers was injured.
- | None of the passengers was injured.
- | The crew of 14 was unhurt.
- | All 148 people on board were taken off safely.
- | It did not kill anyone.
- | They threatened to kill 10 hostages.
- | If the dam breaks, 5,000 people could die.
- | The vaccine may save 20,000 lives.
- | Doctors saved 12 lives.
- | Two suspects were released.
- | They held talks for three hours.
- | The two leaders held talks in Geneva.
- | The minister held 58% of the vote.
- | Russia captured 12 villages.
- | The army captured three tanks and a howitzer.
- | Ukraine lost 12 tanks.
- | Labour lost 200 seats.
- | He lost 3 kilos.
- | Shares lost 4 per cent.
- | Police seized 38 weapons and 210,000 euros.
- | The storm left 40,000 homes without power.
- | The strike left hundreds of trucks parked on the road.
- | The 12 wounded lions of the league limp on? No: they won.
- | An earlier version of this post said that 61 people had been arrested.
- | We wrongly reported that 21 people had been injured.
- | The bird died at the zoo.
- | A whale was found dead on the beach.
- | 12 dead dolphins washed ashore.
- | Five tonnes of dead fish were removed.
- | A comedian killed it on stage with two encores.
- | Six detained ships were released.
- | Customs detained two ships.
- | The wounded were taken away in 12 ambulances.
- | He served in the police for 30 years and retired injured.
- | Rescuers saved a man missing for two days.
missing 1 | A pupil has been missing since May.
- | A protest against the killing of four farmers was held.
- | The pound has lost a third of its value.
- | He has killed before.
- | It would clarify the process of arresting a sitting president.
- | Drivers blocked a road over the death of a motorcyclist.
- | Lawyers marched over the murder of a colleague.
- | Four prisoners were treated like dirt.
"""


@cache
def _grammar() -> CasualtyGrammar:
    return load_casualties(None)


def _cases() -> list[tuple[str, str]]:
    lines = [line for block in (NEWS, NOTES, MORE, CHANNELS, TRAPS) for line in block.strip().splitlines()]
    return [
        (rows.strip(), sentence.strip()) for rows, _, sentence in (line.partition(" | ") for line in lines)
    ]


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _wanted(rows: str) -> set[tuple[str, int | None, int | None]]:
    return {
        (kind, _number(low), _number(high))
        if high
        else (kind, _number(exact), None if more else _number(exact))
        for kind, low, high, exact, more in _ROW.findall(rows)
    }


@pytest.mark.parametrize(("rows", "sentence"), _cases())
def test_sentence_gives_its_rows(rows: str, sentence: str) -> None:
    sentence, _, more = sentence.partition(" || ")
    found = find_casualties(_grammar(), analyse(None, sentence), [])
    assert {(row.kind, row.min, row.max) for row in found} == _wanted(rows) | _wanted(more)
