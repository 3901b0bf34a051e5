using System.Globalization;
using Ecs.Hosting;

namespace Ecs.Gateway.Access;

/// <summary>How fast an account may ask, and how much at once.</summary>
/// <param name="PerSecond">Requests that a bucket is filled with in a second.</param>
/// <param name="Burst">Requests that a full bucket has.</param>
internal sealed record Rate(double PerSecond, int Burst)
{
    /// <summary>The largest burst of a setting: more is as good as no limit.</summary>
    public const int MaxBurst = 1_000_000;

    /// <summary>Reads <c>per-second/burst</c>; null, so no limit, where there is nothing.</summary>
    /// <exception cref="SettingException">It is neither.</exception>
    public static Rate? Read(IConfiguration configuration, string setting)
    {
        if (configuration[setting] is not { Length: > 0 } text) return null;

        return text.Split('/') is [var rate, var burst]
            && double.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var perSecond)
            && int.TryParse(burst, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            && perSecond is > 0 and <= MaxBurst && most is > 0 and <= MaxBurst
                ? new Rate(perSecond, most)
                : throw new SettingException(setting, "requests a second and at once, such as 20/100");
    }
}

/// <summary>
/// A bucket of tokens for every account: each request takes one, time puts them back. Bounded: a bucket that is full
/// again is as good as none and is forgotten, and accounts beyond <see cref="MaxAccounts"/> that are busy at the same
/// time share one.
/// </summary>
internal sealed class TokenBuckets(Rate rate, TimeProvider clock)
{
    /// <summary>Accounts with a bucket of their own at the same time; some 100 bytes each.</summary>
    public const int MaxAccounts = 10_000;

    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Bucket _shared = new(rate.Burst, 0);

    /// <summary>The accounts that have a bucket now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _buckets.Count;
        }
    }

    /// <summary>Takes a token of an account's; false where it has none left.</summary>
    public bool TryTake(string account)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (!_buckets.TryGetValue(account, out var bucket))
            {
                if (_buckets.Count >= MaxAccounts) ForgetFull(now);
                if (_buckets.Count >= MaxAccounts) return Take(ref _shared, now);

                bucket = new Bucket(rate.Burst, now);
            }

            var isTaken = Take(ref bucket, now);
            _buckets[account] = bucket;
            return isTaken;
        }
    }

    private bool Take(ref Bucket bucket, long now)
    {
        var tokens = TokensOf(bucket, now);
        var isTaken = tokens >= 1;
        bucket = new Bucket(isTaken ? tokens - 1 : tokens, now);
        return isTaken;
    }

    private double TokensOf(Bucket bucket, long now) => Math.Min(
        rate.Burst, bucket.Tokens + (clock.GetElapsedTime(bucket.At, now).TotalSeconds * rate.PerSecond));

    private void ForgetFull(long now)
    {
        foreach (var (account, bucket) in _buckets)
        {
            if (TokensOf(bucket, now) >= rate.Burst) _buckets.Remove(account);
        }
    }

    private readonly record struct Bucket(double Tokens, long At);
}
