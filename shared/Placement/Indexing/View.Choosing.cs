using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Placement.Asking;
using Ecs.Placement.Scanning;

namespace Ecs.Placement.Indexing;

/// <summary>How a view finds the best two instances: the choice, and what the choice was a choice over.</summary>
internal sealed partial class View
{
    /// <summary>The place of a task; null where there is none.</summary>
    public Place? Choose(PlacementRequest request)
    {
        var needed = Room.For(request.Needs);
        var draw = _isRandom ? request.Draw(_byName.Count) : 0;
        Entry? best = null, second = null;
        foreach (var partition in _partitions)
        {
            // Neither the best nor the second can be where the first strategy already says no.
            if (second is not null && partition.Leading is { } leading && leading.Count > Score(second, 0)) continue;

            if (First(partition, needed, draw) is not { } first) continue;

            if (best is null || Compare(first, best, draw) < 0) (best, second) = (first, best);
            else if (second is null || Compare(first, second, draw) < 0) second = first;
        }

        if (best is null) return null;

        var next = Next(best, needed, draw);
        if (next is not null && (second is null || Compare(next, second, draw) < 0)) second = next;
        return new Place(best.State, new PlacementChoice
        {
            Rule = request.Rules.Rule,
            Considered = _byName.Count,
            Scores = Told(best, draw),
            TieBreak = second is null ? null : Decided(best, second),
        });
    }

    private PlacementScore[]? Told(Entry entry, int draw)
    {
        if (_strategies.Length == 0) return null;

        var told = new PlacementScore[_strategies.Length];
        for (var i = 0; i < told.Length; i++)
        {
            told[i] = new PlacementScore(
                _strategies[i].Text,
                _strategies[i].Kind is StrategyKind.Random ? Distance(entry, draw) : Score(entry, i));
        }

        return told;
    }

    private string Decided(Entry best, Entry second)
    {
        for (var i = 0; i < _scores; i++)
        {
            if (Score(best, i) != Score(second, i)) return _strategies[i].Text;
        }

        return _isRandom ? _strategies[_scores].Text : Scan.ByName;
    }

    private int Compare(Entry one, Entry other, int draw)
    {
        for (var i = 0; i < _scores; i++)
        {
            var order = Score(one, i).CompareTo(Score(other, i));
            if (order != 0) return order;
        }

        return Distance(one, draw).CompareTo(Distance(other, draw));
    }

    /// <summary>How far an instance is from the one that was drawn, by name and round the end.</summary>
    private int Distance(Entry entry, int draw) =>
        entry.Rank >= draw ? entry.Rank - draw : entry.Rank - draw + _byName.Count;

    /// <summary>The best of a partition.</summary>
    private Entry? First(Partition partition, Room needed, int draw) =>
        Tree.First(partition.Root, needed) is { } first ? FromDraw(partition, first, needed, draw) : null;

    /// <summary>Of those with the scores of the first by name, the first from the drawn one on.</summary>
    private Entry FromDraw(Partition partition, Entry first, Room needed, int draw) =>
        draw > first.Rank && From(partition, first, draw, needed) is { } drawn ? drawn : first;

    /// <summary>The one behind the best, in its partition.</summary>
    private Entry? Next(Entry best, Room needed, int draw)
    {
        var partition = best.Partition;
        var behind = Tree.First(partition.Root, needed, best.Key.With(best.Rank + 1, _rankBits));
        if (behind is not null && behind.Key.HasScoresOf(best.Key, _rankBits)) return behind;

        // Round the end: those of the same scores in front of the drawn one.
        if (best.Rank >= draw && draw > 0 && From(partition, best, 0, needed) is { } wrapped && wrapped.Rank < draw)
        {
            return wrapped;
        }

        return behind is null ? null : FromDraw(partition, behind, needed, draw);
    }

    /// <summary>The first of a rank or behind it that has the same scores and room; null where there is none.</summary>
    private Entry? From(Partition partition, Entry like, int rank, Room needed) =>
        Tree.First(partition.Root, needed, like.Key.With(rank, _rankBits)) is { } found
            && found.Key.HasScoresOf(like.Key, _rankBits)
            ? found
            : null;
}
