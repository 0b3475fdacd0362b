<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>SettingHelp</name>
  <message>
   <source>0: none, 1: first, 2: first and second time derivatives</source>
   <translation>0：无；1：一阶；2：一阶和二阶时间导数</translation>
  </message>
  <message>
   <source>As for speech</source>
   <translation>与语音相同：utterance、utterance_mean、train、running 或 none</translation>
  </message>
  <message>
   <source>Cepstral coefficients, the zeroth included</source>
   <translation>倒谱系数的个数，含第零个</translation>
  </message>
  <message>
   <source>Column that must not stand on both sides of a split</source>
   <translation>同一取值不得同时出现在划分两侧的列</translation>
  </message>
  <message>
   <source>Cut edge silence this far below the loudest frame; unset: keep all (causal)</source>
   <translation>裁去两端比最响帧低这么多的静音；不设：全部保留（因果）</translation>
  </message>
  <message>
   <source>Decay of the running average of weights that is evaluated and kept; 0: none</source>
   <translation>权重滑动平均的衰减率，评估并保存该平均；0：不用</translation>
  </message>
  <message>
   <source>Deviation of noise added to normalised frames</source>
   <translation>加到归一化帧上的噪声的标准差</translation>
  </message>
  <message>
   <source>Divide by group (speaker) or by item; auto: by group where there are at least four</source>
   <translation>按组（说话人）或按条目划分；auto：至少有四组时按组划分</translation>
  </message>
  <message>
   <source>Dropout before each Dense layer and the logits, in training only</source>
   <translation>每个全连接层和 logits 之前的随机丢弃，仅在训练时</translation>
  </message>
  <message>
   <source>Dropout between LSTM layers, in training only</source>
   <translation>LSTM 层之间的随机丢弃，仅在训练时</translation>
  </message>
  <message>
   <source>Dropout on frames or embeddings, in training only</source>
   <translation>对帧或嵌入的随机丢弃，仅在训练时</translation>
  </message>
  <message>
   <source>Epochs without a better validation loss before stopping; 0: never stop early</source>
   <translation>验证损失连续这么多轮没有改善就停止；0：从不提前停止</translation>
  </message>
  <message>
   <source>FFT length; unset: the next power of two from the window</source>
   <translation>FFT 长度；不设：不小于窗长的二的幂</translation>
  </message>
  <message>
   <source>File name pattern of a flat folder, as "{label}_{speaker}_{take}.wav"</source>
   <translation>平铺文件夹的文件名模式，如 "{label}_{speaker}_{take}.wav"</translation>
  </message>
  <message>
   <source>Fold case before counting</source>
   <translation>统计之前统一大小写</translation>
  </message>
  <message>
   <source>Folder for TensorBoard logs; empty: none</source>
   <translation>TensorBoard 日志的文件夹；留空：不记录</translation>
  </message>
  <message>
   <source>Frames that a derivative spans, odd</source>
   <translation>一个导数跨越的帧数，须为奇数</translation>
  </message>
  <message>
   <source>Greatest norm of all gradients together; 0: no limit</source>
   <translation>全部梯度的最大范数；0：不限</translation>
  </message>
  <message>
   <source>Greatest step size</source>
   <translation>最大步长</translation>
  </message>
  <message>
   <source>How frames become one vector; several are joined</source>
   <translation>如何把各帧合成一个向量；可多种并用</translation>
  </message>
  <message>
   <source>Learn `_silence_` from _background_noise_ where that folder exists</source>
   <translation>若有 _background_noise_ 文件夹，则从中学习 `_silence_`</translation>
  </message>
  <message>
   <source>Length of the analysis window</source>
   <translation>分析窗的长度</translation>
  </message>
  <message>
   <source>Lift what lies this far below the loudest mel value up to there; unset: no (causal)</source>
   <translation>把比最响梅尔值低得更多的部分抬升到此处；不设：不做（因果）</translation>
  </message>
  <message>
   <source>Longer sequences are left out, and training says so</source>
   <translation>更长的序列会略去，训练时会说明</translation>
  </message>
  <message>
   <source>Longer texts are cut here, and training says so</source>
   <translation>更长的文本在此截断，训练时会说明</translation>
  </message>
  <message>
   <source>Longest range, as share of the item</source>
   <translation>最长区间，占条目长度的比例</translation>
  </message>
  <message>
   <source>Lower edge of the mel bands</source>
   <translation>梅尔频带的下边界</translation>
  </message>
  <message>
   <source>Mel bands</source>
   <translation>梅尔频带数</translation>
  </message>
  <message>
   <source>Most frequent tokens that are kept</source>
   <translation>保留的最常见词元个数</translation>
  </message>
  <message>
   <source>Of the Dense layers</source>
   <translation>全连接层的激活函数</translation>
  </message>
  <message>
   <source>Of weights, order and augmentation</source>
   <translation>用于权重、顺序和数据增强</translation>
  </message>
  <message>
   <source>Passes over the training part at most; unset: enough for 1,200 steps, 8 to 200</source>
   <translation>最多遍历训练部分的次数；不设：够 1,200 步，在 8 到 200 之间</translation>
  </message>
  <message>
   <source>Power floor before the logarithm; keeps digital silence finite</source>
   <translation>取对数前的功率下限，使数字静音保持有限</translation>
  </message>
  <message>
   <source>Ranges of features set to zero</source>
   <translation>置零的特征区间个数</translation>
  </message>
  <message>
   <source>Ranges of frames set to zero</source>
   <translation>置零的帧区间个数</translation>
  </message>
  <message>
   <source>Rate at which features are computed; unset: the lowest that 5 % of training has, at most 16000</source>
   <translation>计算特征时的采样率；不设：训练集中至少占 5 % 的最低采样率，最高 16000</translation>
  </message>
  <message>
   <source>Read each layer in both directions (not causal)</source>
   <translation>每一层都从两个方向读（非因果）</translation>
  </message>
  <message>
   <source>Recordings longer than this are listed as problems</source>
   <translation>比这更长的录音会列为问题</translation>
  </message>
  <message>
   <source>Sequences a step; unset: 16 to 64, by the number of items</source>
   <translation>每步的序列数；不设：16 到 64，依条目数而定</translation>
  </message>
  <message>
   <source>Share kept for test where the data set names no test part</source>
   <translation>数据集未指定测试部分时，留作测试的比例</translation>
  </message>
  <message>
   <source>Share of the label spread over all classes</source>
   <translation>把标签的这一比例分摊到所有类别</translation>
  </message>
  <message>
   <source>Share of the training part kept for validation; 0 trains on all</source>
   <translation>从训练部分留出用于验证的比例；0 表示全部用于训练</translation>
  </message>
  <message>
   <source>Silence that the cut leaves at each edge</source>
   <translation>裁剪后两端保留的静音</translation>
  </message>
  <message>
   <source>Speech: deviation of a random smooth frequency response, as of another microphone</source>
   <translation>语音：随机平滑频率响应的偏差，如同换了麦克风</translation>
  </message>
  <message>
   <source>Speech: items of a batch laid over one another; beta distribution's parameter</source>
   <translation>语音：把同一批中的样本相互叠加；此为贝塔分布的参数</translation>
  </message>
  <message>
   <source>Speech: louder or softer by up to this</source>
   <translation>语音：最多响或轻这么多</translation>
  </message>
  <message>
   <source>Speech: loudest noise, as signal-to-noise ratio</source>
   <translation>语音：最强的噪声，以信噪比表示</translation>
  </message>
  <message>
   <source>Speech: share of items with noise mixed in</source>
   <translation>语音：混入噪声的条目比例</translation>
  </message>
  <message>
   <source>Speech: softest noise, as signal-to-noise ratio</source>
   <translation>语音：最弱的噪声，以信噪比表示</translation>
  </message>
  <message>
   <source>Speech: up to this much cut off at each edge, moving the start</source>
   <translation>语音：两端最多裁去这么多，使起点移动</translation>
  </message>
  <message>
   <source>Speech: up to this much room tone added at each edge</source>
   <translation>语音：两端最多加上这么长的环境底噪</translation>
  </message>
  <message>
   <source>Speech: vocal tract length; frequency axis warped by up to this share</source>
   <translation>语音：声道长度；频率轴最多按此比例弯折</translation>
  </message>
  <message>
   <source>Step from one frame to the next</source>
   <translation>相邻两帧之间的间隔</translation>
  </message>
  <message>
   <source>Stretched or squeezed in time by up to this share</source>
   <translation>时间上最多按此比例拉伸或压缩</translation>
  </message>
  <message>
   <source>Subtract the recording's mean first (not causal)</source>
   <translation>先减去录音的均值（非因果）</translation>
  </message>
  <message>
   <source>Text that the split hash starts with; another salt, another split</source>
   <translation>划分哈希的前缀文本；换一个盐值就是另一种划分</translation>
  </message>
  <message>
   <source>Text: each line of a .txt file is an item, not the whole file</source>
   <translation>文本：.txt 文件的每一行（而不是整个文件）为一个条目</translation>
  </message>
  <message>
   <source>Text: numbers that stand for a token</source>
   <translation>文本：表示一个词元的数字个数</translation>
  </message>
  <message>
   <source>Text: share of tokens replaced by `unknown`</source>
   <translation>文本：替换为 `unknown` 的词元比例</translation>
  </message>
  <message>
   <source>Time derivatives to append</source>
   <translation>附加的时间导数阶数</translation>
  </message>
  <message>
   <source>Times that a token must occur in training to be kept</source>
   <translation>词元在训练集中至少出现这么多次才保留</translation>
  </message>
  <message>
   <source>Units of each Dense layer before the logits</source>
   <translation>logits 之前每个全连接层的单元数</translation>
  </message>
  <message>
   <source>Units of each LSTM layer</source>
   <translation>每个 LSTM 层的单元数</translation>
  </message>
  <message>
   <source>Update rule</source>
   <translation>参数更新规则</translation>
  </message>
  <message>
   <source>Upper edge of the mel bands; unset: half the rate</source>
   <translation>梅尔频带的上边界；不设：采样率的一半</translation>
  </message>
  <message>
   <source>What to learn: columns of a manifest, or parts of --pattern; empty means `label`</source>
   <translation>学习什么：清单中的列，或文件名模式中的部分；留空即 `label`</translation>
  </message>
  <message>
   <source>Widest range of features</source>
   <translation>最宽的特征区间</translation>
  </message>
  <message>
   <source>With fewer validation items no epoch is chosen by them, unless patience is set</source>
   <translation>验证条目少于此数时，不据其选择轮次，除非设置了耐心值</translation>
  </message>
  <message>
   <source>adamw: decoupled weight decay</source>
   <translation>adamw：解耦的权重衰减</translation>
  </message>
  <message>
   <source>auto: the faster way to train where there is one, with the same gradients; keras: that of Keras</source>
   <translation>auto：有更快的训练方式时就用它，梯度相同；keras：用 Keras 自己的</translation>
  </message>
  <message>
   <source>auto: words, or characters where most letters belong to scripts without spaces</source>
   <translation>auto：按词；若多数字母属于不用空格的文字，则按字</translation>
  </message>
  <message>
   <source>balanced: rare classes weigh more, by inverse count</source>
   <translation>balanced：少见的类别按数量倒数加重</translation>
  </message>
  <message>
   <source>cosine: falls to 0; onecycle: rises, then falls; plateau: halves when validation stops improving</source>
   <translation>cosine：降到 0；onecycle：先升后降；plateau：验证不再改善时减半</translation>
  </message>
  <message>
   <source>false: train on the items as they are</source>
   <translation>关闭：按条目原样训练</translation>
  </message>
  <message>
   <source>utterance: each item to mean 0, deviation 1 per coefficient; utterance_mean: mean only; train: by the training set's figures; running: causal, from what was heard so far</source>
   <translation>utterance：每个条目的每个系数归为均值 0、标准差 1；utterance_mean：只减均值；train：用训练集的统计量；running：因果，依据目前已听到的部分</translation>
  </message>
  <message>
   <source>y[t] - a*y[t-1] before the transform; 0: none</source>
   <translation>变换前计算 y[t] - a*y[t-1]；0：不做</translation>
  </message>
 </context>
 <context>
  <name>SettingName</name>
  <message>
   <source>Activation</source>
   <translation>激活函数</translation>
  </message>
  <message>
   <source>Batch size</source>
   <translation>批大小</translation>
  </message>
  <message>
   <source>Bidirectional</source>
   <translation>双向</translation>
  </message>
  <message>
   <source>Class weights</source>
   <translation>类别权重</translation>
  </message>
  <message>
   <source>Dense units</source>
   <translation>全连接单元数</translation>
  </message>
  <message>
   <source>Derivative width (frames)</source>
   <translation>导数宽度（帧）</translation>
  </message>
  <message>
   <source>Derivatives</source>
   <translation>导数阶数</translation>
  </message>
  <message>
   <source>Divide by</source>
   <translation>划分方式</translation>
  </message>
  <message>
   <source>Embedding size</source>
   <translation>嵌入维度</translation>
  </message>
  <message>
   <source>Epochs</source>
   <translation>训练轮数</translation>
  </message>
  <message>
   <source>FFT length</source>
   <translation>FFT 长度</translation>
  </message>
  <message>
   <source>Feature masks</source>
   <translation>特征掩蔽数</translation>
  </message>
  <message>
   <source>Feature noise</source>
   <translation>特征噪声</translation>
  </message>
  <message>
   <source>File name pattern</source>
   <translation>文件名模式</translation>
  </message>
  <message>
   <source>Fold case</source>
   <translation>忽略大小写</translation>
  </message>
  <message>
   <source>Frequency response (dB)</source>
   <translation>频率响应（dB）</translation>
  </message>
  <message>
   <source>Gain (dB)</source>
   <translation>增益（dB）</translation>
  </message>
  <message>
   <source>Gradient limit</source>
   <translation>梯度上限</translation>
  </message>
  <message>
   <source>Group column</source>
   <translation>分组列</translation>
  </message>
  <message>
   <source>Head dropout</source>
   <translation>输出头丢弃率</translation>
  </message>
  <message>
   <source>Highest frequency (Hz)</source>
   <translation>最高频率（Hz）</translation>
  </message>
  <message>
   <source>Hop (ms)</source>
   <translation>帧移（毫秒）</translation>
  </message>
  <message>
   <source>Input dropout</source>
   <translation>输入丢弃率</translation>
  </message>
  <message>
   <source>LSTM dropout</source>
   <translation>LSTM 丢弃率</translation>
  </message>
  <message>
   <source>LSTM of the training</source>
   <translation>训练所用的 LSTM</translation>
  </message>
  <message>
   <source>LSTM units</source>
   <translation>LSTM 单元数</translation>
  </message>
  <message>
   <source>Label smoothing</source>
   <translation>标签平滑</translation>
  </message>
  <message>
   <source>Learn silence</source>
   <translation>学习静音类</translation>
  </message>
  <message>
   <source>Learning rate</source>
   <translation>学习率</translation>
  </message>
  <message>
   <source>Learning rate schedule</source>
   <translation>学习率调度</translation>
  </message>
  <message>
   <source>Least count of a token</source>
   <translation>词元最少次数</translation>
  </message>
  <message>
   <source>Least validation items</source>
   <translation>最少验证条目数</translation>
  </message>
  <message>
   <source>Longest recording (s)</source>
   <translation>最长录音（秒）</translation>
  </message>
  <message>
   <source>Longest sequence (frames)</source>
   <translation>最长序列（帧）</translation>
  </message>
  <message>
   <source>Longest text (tokens)</source>
   <translation>最长文本（词元）</translation>
  </message>
  <message>
   <source>Longest time mask</source>
   <translation>最长时间掩蔽</translation>
  </message>
  <message>
   <source>Loudest noise (dB SNR)</source>
   <translation>最强噪声（信噪比 dB）</translation>
  </message>
  <message>
   <source>Loudness floor (dB)</source>
   <translation>响度下限（dB）</translation>
  </message>
  <message>
   <source>Lowest frequency (Hz)</source>
   <translation>最低频率（Hz）</translation>
  </message>
  <message>
   <source>MFCC coefficients</source>
   <translation>MFCC 系数个数</translation>
  </message>
  <message>
   <source>Mel bands</source>
   <translation>梅尔频带数</translation>
  </message>
  <message>
   <source>Mixing of items</source>
   <translation>样本混合</translation>
  </message>
  <message>
   <source>Normalisation</source>
   <translation>归一化</translation>
  </message>
  <message>
   <source>One item a line</source>
   <translation>每行一个条目</translation>
  </message>
  <message>
   <source>Optimizer</source>
   <translation>优化器</translation>
  </message>
  <message>
   <source>Patience (epochs)</source>
   <translation>耐心（轮）</translation>
  </message>
  <message>
   <source>Pooling</source>
   <translation>汇聚方式</translation>
  </message>
  <message>
   <source>Power floor</source>
   <translation>功率下限</translation>
  </message>
  <message>
   <source>Pre-emphasis</source>
   <translation>预加重</translation>
  </message>
  <message>
   <source>Remove the mean</source>
   <translation>去除直流</translation>
  </message>
  <message>
   <source>Sample rate (Hz)</source>
   <translation>采样率（Hz）</translation>
  </message>
  <message>
   <source>Seed</source>
   <translation>随机种子</translation>
  </message>
  <message>
   <source>Share with noise</source>
   <translation>加噪比例</translation>
  </message>
  <message>
   <source>Shift (ms)</source>
   <translation>平移（毫秒）</translation>
  </message>
  <message>
   <source>Silence at edges (ms)</source>
   <translation>两端静音（毫秒）</translation>
  </message>
  <message>
   <source>Softest noise (dB SNR)</source>
   <translation>最弱噪声（信噪比 dB）</translation>
  </message>
  <message>
   <source>Split salt</source>
   <translation>划分盐值</translation>
  </message>
  <message>
   <source>Tempo</source>
   <translation>语速</translation>
  </message>
  <message>
   <source>TensorBoard folder</source>
   <translation>TensorBoard 文件夹</translation>
  </message>
  <message>
   <source>Test share</source>
   <translation>测试集比例</translation>
  </message>
  <message>
   <source>Time masks</source>
   <translation>时间掩蔽数</translation>
  </message>
  <message>
   <source>Token dropout</source>
   <translation>词元丢弃率</translation>
  </message>
  <message>
   <source>Tokenizer</source>
   <translation>分词方式</translation>
  </message>
  <message>
   <source>Trim margin (ms)</source>
   <translation>裁剪余量（毫秒）</translation>
  </message>
  <message>
   <source>Trim silence (dB)</source>
   <translation>裁剪静音（dB）</translation>
  </message>
  <message>
   <source>Validation share</source>
   <translation>验证集比例</translation>
  </message>
  <message>
   <source>Vary training items</source>
   <translation>变化训练样本</translation>
  </message>
  <message>
   <source>Vocabulary size</source>
   <translation>词表大小</translation>
  </message>
  <message>
   <source>Vocal tract length</source>
   <translation>声道长度</translation>
  </message>
  <message>
   <source>Weight average</source>
   <translation>权重平均</translation>
  </message>
  <message>
   <source>Weight decay</source>
   <translation>权重衰减</translation>
  </message>
  <message>
   <source>What to learn</source>
   <translation>学习目标</translation>
  </message>
  <message>
   <source>Widest feature mask</source>
   <translation>最宽特征掩蔽</translation>
  </message>
  <message>
   <source>Window (ms)</source>
   <translation>分析窗长（毫秒）</translation>
  </message>
 </context>
</TS>
