using System.Globalization;

namespace Ecs.Benchmarks.Throughput;

/// <summary>How much is asked for, and how much of it at a time.</summary>
internal sealed record Shape
{
    /// <summary>Tasks of one RunTask, as the budget says.</summary>
    public const int Count = 10;

    /// <summary>The simulated Agents.</summary>
    public int Agents { get; private init; } = 20;

    /// <summary>RunTasks of one round; small enough that all rounds together take less than a minute.</summary>
    public int Commands { get; private init; } = 300;

    /// <summary>
    /// RunTasks whose tasks have not all stopped, at most. More would only wait longer at the Scheduler's door.
    /// </summary>
    public int InFlight { get; private init; } = 100;

    public int Tasks => Commands * Count;

    /// <summary>
    /// Tasks that one instance has room for: what is under way fits, with a quarter to spare, and keeps most of the
    /// instances busy even where placement fills one after another.
    /// </summary>
    public int Room => (InFlight * Count * 5 / 4 / Agents) + 1;

    /// <summary>Reads <c>--agents</c>, <c>--commands</c> and <c>--in-flight</c>, each with a number.</summary>
    public static Shape Read(string[] args)
    {
        var shape = new Shape();
        for (var i = 0; i < args.Length; i += 2)
        {
            var number = i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var given)
                && given > 0 ? given : throw new ArgumentException($"{args[i]} needs a number above 0");
            shape = args[i] switch
            {
                "--agents" => shape with { Agents = number },
                "--commands" => shape with { Commands = number },
                "--in-flight" => shape with { InFlight = number },
                var other => throw new ArgumentException($"no option {other}"),
            };
        }

        return shape;
    }
}
