using System.Text;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;

namespace Ecs.Gateway.Api;

/// <summary>Where in a result's type its times are, found once for each operation.</summary>
internal sealed class TimesIn
{
    private static readonly TimesIn Nowhere = new();

    private TimesIn()
    {
    }

    /// <summary>Whether it is a time itself.</summary>
    public bool IsTime { get; private init; }

    /// <summary>An object's members that are times or hold some; there are few in any type.</summary>
    public (byte[] Name, TimesIn Times)[] Members { get; private init; } = [];

    /// <summary>A list's items where they hold times; null where they hold none.</summary>
    public TimesIn? Items { get; private init; }

    private bool IsNowhere => !IsTime && Members.Length == 0 && Items is null;

    /// <summary>The times in a type. Results are trees: no type holds itself.</summary>
    public static TimesIn Type(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(DateTimeOffset)) return new TimesIn { IsTime = true };

        var info = EcsJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => new TimesIn
            {
                Members =
                [
                    .. info.Properties
                        .Select(member => (Name: Encoding.UTF8.GetBytes(member.Name), Times: Type(member.PropertyType)))
                        .Where(member => !member.Times.IsNowhere),
                ],
            },
            JsonTypeInfoKind.Enumerable when Type(info.ElementType!) is { IsNowhere: false } items =>
                new TimesIn { Items = items },
            _ => Nowhere,
        };
    }

    /// <summary>The times in a member.</summary>
    public TimesIn Of(ReadOnlySpan<byte> name)
    {
        foreach (var (known, times) in Members)
        {
            if (name.SequenceEqual(known)) return times;
        }

        return Nowhere;
    }
}
