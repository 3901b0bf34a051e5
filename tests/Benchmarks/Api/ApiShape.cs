using System.Globalization;

namespace Ecs.Benchmarks.Api;

/// <summary>How much there is and how much is asked.</summary>
internal sealed record ApiShape
{
    /// <summary>Tasks that are there; the published figure has 100,000.</summary>
    public int Tasks { get; private init; } = 100_000;

    /// <summary>Requests of one round and way.</summary>
    public int Requests { get; private init; } = 200;

    /// <summary>Requests at once where their rate is measured.</summary>
    public int AtOnce { get; private init; } = 16;

    /// <summary>Minutes of the mix under which memory is watched.</summary>
    public int MixMinutes { get; private init; }

    /// <summary>Reads the options, each with a number.</summary>
    public static ApiShape Read(string[] args)
    {
        var shape = new ApiShape();
        for (var i = 0; i < args.Length; i += 2)
        {
            var number = i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var given)
                && given > 0 ? given : throw new ArgumentException($"{args[i]} needs a number above 0");
            shape = args[i] switch
            {
                "--tasks" => shape with { Tasks = Math.Max(number, 100) },
                "--requests" => shape with { Requests = number },
                "--at-once" => shape with { AtOnce = number },
                "--mix-minutes" => shape with { MixMinutes = number },
                var other => throw new ArgumentException($"no option {other}"),
            };
        }

        return shape;
    }
}
