using System.Collections.Frozen;
using Ecs.Contracts;
using Ecs.Hosting;

namespace Ecs.Gateway.Access;

/// <summary>
/// The table of access keys: a line each, <c>access-key-id secret-access-key [account] [operator]</c>, with
/// <c>#</c> before what is a comment. Without an account, a key of twelve digits names its own and every other is of
/// the default account.
/// </summary>
internal sealed class AccessKeys
{
    /// <summary>Keys of one table; each is asked for by its name, so that more cost memory only.</summary>
    public const int MaxKeys = 10_000;

    /// <summary>The longest id, in characters: that of AWS's own.</summary>
    public const int MaxIdLength = 128;

    private const string Operator = "operator";

    private readonly FrozenDictionary<string, AccessKey> _keys;

    private AccessKeys(IEnumerable<AccessKey> keys) =>
        _keys = keys.ToFrozenDictionary(key => key.Id, StringComparer.Ordinal);

    public int Count => _keys.Count;

    public int Accounts => _keys.Values.Select(key => key.Account).Distinct().Count();

    public AccessKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Reads the table. What is wrong is told by the line's number alone: a line may hold a secret.</summary>
    /// <exception cref="SettingException">A line cannot be read, or there are too many.</exception>
    public static AccessKeys Read(string setting, string text)
    {
        var keys = new Dictionary<string, AccessKey>(StringComparer.Ordinal);
        foreach (var (index, line) in text.Split('\n', ';').Index())
        {
            var words = line.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;

            if (Key(words) is not { } key) throw Wrong(setting, index, "that cannot be read");
            if (!keys.TryAdd(key.Id, key)) throw Wrong(setting, index, "whose access key stands in another line too");
            if (keys.Count > MaxKeys) throw new SettingException(setting, $"a table of at most {MaxKeys} keys");
        }

        return new AccessKeys(keys.Values);
    }

    public static bool IsAccount(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    private static AccessKey? Key(string[] words)
    {
        var isOperator = words[^1] == Operator;
        if (isOperator) words = words[..^1];
        if (words.Length is not (2 or 3) || words[0].Length > MaxIdLength || !words[0].All(IsOfId)) return null;

        var id = words[0];
        var account = words.Length > 2 ? words[2] : IsAccount(id) ? id : Scope.DefaultAccount;
        return IsAccount(account) ? new AccessKey(id, words[1], account, isOperator) : null;
    }

    private static bool IsOfId(char c) =>
        char.IsAsciiLetterOrDigit(c) || "_.@+=-".Contains(c, StringComparison.Ordinal);

    private static SettingException Wrong(string setting, int index, string what) => new(
        setting,
        $"a table of lines 'access-key-id secret-access-key [account of 12 digits] [operator]'; "
        + $"there is a line {what}, number {index + 1}");
}
