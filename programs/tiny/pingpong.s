# Games of table tennis: GAMES balls, each hit HITS times, by two vCPUs in turn. The one who begins game g is vCPU g
# modulo their number; his partner is as many further on as half of all, so almost always on another node.
#
# What it shows: two who share all they do, and should be neighbours. `vcpu` brings partners together, and then
# everything is local. `page` carries the ball's page to and fro, one move for each hit. `first-touch` keeps it with
# the one who begins: the other one asks for the ball and each word. Since there are many games, a vCPU hits in one
# while the others travel; with --define GAMES=1 --define HITS=200 the time for a hit is that of one move and of
# waiting.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default GAMES, 64
        .default HITS, 24               # in each game
        .default WORDS, 4               # that go to and fro with the ball, up to 511
        .equ    PAGE, 4096

# A game, alone on its page.
        .equ    BALL, 0                 # how often it has been hit
        .equ    DATA, 8

        .bss
        .align  PAGE
games:  .space  GAMES * PAGE

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        li      a2, PAGE
        la      a3, games

# Whoever begins a game lays it out: its words are the number of the game.
        mv      a5, s0
.lay_out:
        li      t0, GAMES
        bgeu    a5, t0, .laid_out
        mul     t0, a5, a2
        add     t0, t0, a3
        addi    t1, t0, 8 * WORDS
.lay_out_word:
        sd      a5, DATA(t0)
        addi    t0, t0, 8
        bltu    t0, t1, .lay_out_word
        add     a5, a5, s1
        j       .lay_out
.laid_out:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Hit h: word = word * SPREAD + h for each word of the game. All vCPUs go through hits in order, and through the games
# that are theirs at this hit: so nobody waits for somebody who waits for him.
        li      s2, 0                   # hit
        li      a4, SPREAD
.hit:
        li      t0, HITS
        bgeu    s2, t0, .played
        mv      a5, s0                  # first game where this hit is mine
        andi    t0, s2, 1
        beqz    t0, .game
        shri    t0, s1, 1               # odd hits are those of the vCPU half of all further on
        sub     a5, s0, t0
        add     a5, a5, s1
        remu    a5, a5, s1
.game:
        li      t0, GAMES
        bgeu    a5, t0, .games_over
        mul     a0, a5, a2
        add     a0, a0, a3
        li      t2, BACK_OFF_FIRST
.look:
        ld      t0, BALL(a0)
        beq     t0, s2, .mine
        back_off t2, t0, t1
        j       .look
.mine:
        mv      t0, a0
        addi    t1, a0, 8 * WORDS
.word:
        ld      t2, DATA(t0)
        mul     t2, t2, a4
        add     t2, t2, s2
        sd      t2, DATA(t0)
        addi    t0, t0, 8
        bltu    t0, t1, .word
        addi    t0, s2, 1
        sd      t0, BALL(a0)
        add     a5, a5, s1
        j       .game
.games_over:
        inc     s2
        j       .hit
.played:
        call    barrier
        bnez    s0, .check
        roi.end

# Sum up the words of a run of games, each times the number of its game from 1.
.check:
        li      a0, 0
        share   a1, a4, GAMES
        mul     t0, a1, a2
        add     t0, t0, a3
.check_game:
        bgeu    a1, a4, finish
        inc     a1
        mv      t1, t0
        addi    t2, t0, 8 * WORDS
.check_word:
        ld      t3, DATA(t1)
        mul     t3, t3, a1
        add     a0, a0, t3
        addi    t1, t1, 8
        bltu    t1, t2, .check_word
        add     t0, t0, a2
        j       .check_game
